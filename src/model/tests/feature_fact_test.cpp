#include "model/feature_fact.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace earprint::model {
namespace {

FeatureFact Song() {
  FeatureFact fact;
  fact.catalogue = "songs";
  fact.track_id = "6f807x0ima9a1j3VPbc7VN";
  fact.title = "I Don't Care";
  fact.artists = {"Ed Sheeran", "Justin Bieber"};
  fact.genres = {"pop"};
  fact.release_date = "2019-06";
  fact.release_year = 2019;
  fact.duration_ms = 194'754;
  fact.is_explicit = false;
  fact[Feature::kEnergy] = 916'000;
  fact[Feature::kKey] = 6;
  fact.dropped = {"Tempo"};
  return fact;
}

EventId IdOf(const FeatureFact& fact) {
  EventBatch batch;
  AddFeatures(fact, batch);
  return batch.events.at(0).id;
}

TEST(FeatureFact, BecomesAnEventThatTellsWhatIsKnownAndNothingElse) {
  EventBatch batch;
  AddFeatures(Song(), batch);
  ASSERT_EQ(batch.events.size(), 1U);
  EXPECT_EQ(batch.events[0].type, EventType::kAudioFeatures);
  EXPECT_EQ(batch.events[0].size, batch.lines.size());
  const auto line = boost::json::parse(batch.lines).as_object();
  EXPECT_EQ(line.at("source").as_string(), "catalogue");
  EXPECT_EQ(line.at("data"),
            boost::json::parse(R"({"catalogue": "songs", "track_id": "6f807x0ima9a1j3VPbc7VN",
      "title": "I Don't Care", "artist": "Ed Sheeran", "artists": ["Ed Sheeran", "Justin Bieber"],
      "release_date": "2019-06", "release_year": 2019, "duration_ms": 194754, "explicit": false, "genres": ["pop"],
      "energy_e6": 916000, "key": 6, "dropped": ["Tempo"]})"));
}

TEST(FeatureFact, StatedTwiceIsOneEvent) { EXPECT_EQ(IdOf(Song()), IdOf(Song())); }

TEST(FeatureFact, OfTheSameTrackWithAnotherGenreIsAFurtherWitness) {
  FeatureFact other = Song();
  other.genres = {"dance pop"};
  EXPECT_EQ(IdOf(other).identity, IdOf(Song()).identity);
  EXPECT_NE(IdOf(other).details, IdOf(Song()).details);
}

TEST(FeatureFact, IsOfTheTrackTheCatalogueAndWithoutAnIdOfTheNames) {
  FeatureFact renamed = Song();
  renamed.title = "I Dont Care";
  EXPECT_EQ(IdOf(renamed).identity, IdOf(Song()).identity);
  FeatureFact elsewhere = Song();
  elsewhere.catalogue = "charts";
  EXPECT_NE(IdOf(elsewhere).identity, IdOf(Song()).identity);
  FeatureFact nameless = Song(), namesake = Song();
  nameless.track_id = namesake.track_id = "";
  namesake.artists = {"Somebody Else"};
  EXPECT_NE(IdOf(nameless).identity, IdOf(namesake).identity);
}

TEST(FeatureFact, LosesZerosThatStandForNotAnalysed) {
  FeatureFact fact;
  for (std::size_t i = 0; i < kFeatureCount; ++i) fact.features[i] = 0;
  fact[Feature::kLoudness] = -24'894'000;
  fact[Feature::kAcousticness] = 996'000;
  DropUnanalysed(fact);
  for (const Feature gone : {Feature::kTempo, Feature::kTimeSignature, Feature::kDanceability,
                             Feature::kValence, Feature::kSpeechiness}) {
    EXPECT_FALSE(fact[gone]) << TraitOf(gone).name;
  }
  EXPECT_EQ(fact[Feature::kAcousticness], 996'000);
  EXPECT_EQ(fact[Feature::kInstrumentalness], 0);
  EXPECT_EQ(fact[Feature::kKey], 0);
}

TEST(FeatureFact, KeepsZerosBesideAMeasuredTempo) {
  FeatureFact fact;
  fact[Feature::kTempo] = 120'000'000;
  fact[Feature::kTimeSignature] = 4;
  fact[Feature::kValence] = 0;
  DropUnanalysed(fact);
  EXPECT_EQ(fact[Feature::kValence], 0);
}

TEST(FeatureFact, LosesAllFeaturesOfSilence) {
  for (const std::int64_t loudness : {0, -60'000'000}) {
    FeatureFact fact;
    fact.features.fill(0);
    fact[Feature::kMode] = 1;
    fact[Feature::kLoudness] = loudness;
    DropUnanalysed(fact);
    for (const auto& value : fact.features) EXPECT_FALSE(value);
  }
}

TEST(FeatureFact, KeepsALoneKey) {
  FeatureFact fact;
  fact[Feature::kKey] = 5;
  DropUnanalysed(fact);
  EXPECT_EQ(fact[Feature::kKey], 5);
}

}  // namespace
}  // namespace earprint::model
