// Spotify's own audio features, where it may be asked: from the warehouse's wish to the figures and back.
#include "sources/spotify/sync/feature_sync.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/asker.hpp"
#include "metrics/answer_writer.hpp"
#include "metrics/wanted_tracks.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::app {
namespace {

namespace spotify = sources::spotify;
using ::testing::ElementsAre;
using testing::Json;

constexpr std::int64_t kBegin = 1'795'000'000'000;

std::string Id(int n) { return fmt::format("{:022}", n); }

/// Tracks 1 to 4 and 9 were played, of which a catalogue knows most; 8 stands in a playlist and is known to
/// none.
class FeatureSyncTest : public ::testing::Test {
 protected:
  FeatureSyncTest() {
    const std::string given = EARPRINT_SQL_CASES "/given/";
    EXPECT_TRUE(pipeline->Import({.paths = {given + "history.csv", given + "playlist1.json"}}, {}));
    room.clock.now_ms = kBegin;
    room.LogIn();
    room.http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (is_offline) return testing::NoNetwork();
      if (testing::IsTokenRequest(request)) return testing::Tokens("access-1", "refresh-1");
      asked.push_back(testing::ParameterOf(request.url, "ids"));
      if (is_forbidden) return Json(403, R"({"error":{"status":403,"message":"Forbidden"}})");
      if (!bad_id.empty() && asked.back().contains(bad_id))
        return Json(400, R"({"error":{"status":400,"message":"invalid id"}})");
      return Json(200, answer);
    });
    room.Start();
    sync = std::make_unique<spotify::FeatureSync>("me", *room.api, wanted, *pipeline, room.clock);
  }

  void Settle() {
    while (sync->Work() <= room.clock.Now()) {
    }
  }

  std::string Told(const std::string& metric) {
    auto asker = Asker::Make(*pipeline, "UTC");
    auto table = (*asker)->Ask(metric, "me", {});
    EXPECT_TRUE(table) << table.error().Text();
    std::string told = metrics::AnswerCsv(**table);
    std::erase(told, '\r');
    return told.substr(told.find('\n') + 1);
  }

  static std::string Features(int n, double energy) {
    return fmt::format(
        R"({{"id":"{}","energy":{},"danceability":0.5,"valence":0.25,"tempo":120.004,"loudness":-7.5,)"
        R"("speechiness":0.04,"acousticness":0.1,"instrumentalness":0,"liveness":0.2,"key":-1,"mode":1,)"
        R"("time_signature":4,"duration_ms":180000}})",
        Id(n), energy);
  }

  testing::TempFolder folder;
  std::unique_ptr<Pipeline> pipeline = testing::OpenAt(folder / "s");
  metrics::WantedTracks wanted{pipeline->engine()};
  testing::SpotifyRoom room;
  std::vector<std::string> asked;
  std::string bad_id;
  std::string answer = R"({"audio_features":[]})";
  bool is_offline = false, is_forbidden = false;
  std::unique_ptr<spotify::FeatureSync> sync;
};

TEST_F(FeatureSyncTest, AsksOnceForWhatIsPlayedMostAndTellsIt) {
  // Out of order, one of them null, one damaged.
  answer = R"({"audio_features":[)" + Features(3, 0.2) + ",null," + Features(1, 0.8123456) + R"(,{"id":")" +
           Id(9) + R"(","energy":"loud"}]})";
  Settle();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_THAT(asked[0], ::testing::StartsWith(Id(3) + "%2C")) << "most played first";
  EXPECT_THAT(asked[0], ::testing::HasSubstr(Id(8))) << "what only stands in a list is asked for too";
  EXPECT_THAT(Told("taste_profile"), ::testing::HasSubstr("tempo,BPM,120.004000"));
  EXPECT_THAT(Told("feature_sources"), ::testing::HasSubstr("spotify,"));
  EXPECT_THAT(Told("rejects"), ::testing::HasSubstr("audio_features[3]"));
  room.clock.now_ms += base::kMsPerDay;
  Settle();
  EXPECT_EQ(asked.size(), 1U) << "nor is what Spotify does not know asked for again";
}

TEST_F(FeatureSyncTest, BeatsTheCatalogueUntilTheConnectionEnds) {
  const std::string given = EARPRINT_SQL_CASES "/given/catalogue.csv";
  ASSERT_TRUE(pipeline->Import({.paths = {given}}, {}));
  const std::string before = Told("feature_sources");
  answer = R"({"audio_features":[)" + Features(1, 0.1) + "]}";
  Settle();
  EXPECT_THAT(asked, ElementsAre(::testing::StartsWith(Id(4)))) << "those of unknown sound come first";
  EXPECT_THAT(Told("feature_sources"), ::testing::HasSubstr("spotify,1,"));
  EXPECT_THAT(Told("feature_conflicts"), ::testing::HasSubstr("energy,spotify,0.100,catalogue,0.800"));
  ASSERT_TRUE(pipeline->Erase({.listener = "me", .is_api_only = true}));
  EXPECT_EQ(Told("feature_sources"), before) << "what came over the API leaves with the connection";
}

TEST_F(FeatureSyncTest, WhereItMayNotAskItWaitsForADay) {
  is_forbidden = true;
  Settle();
  EXPECT_EQ(asked.size(), 1U);
  EXPECT_FALSE(sync->trouble()) << "most applications may not";
  room.clock.now_ms += base::kMsPerDay / 2;
  Settle();
  EXPECT_EQ(asked.size(), 1U);
  is_forbidden = false;
  room.clock.now_ms += base::kMsPerDay;
  Settle();
  EXPECT_EQ(asked.size(), 2U);
}

TEST_F(FeatureSyncTest, AnIdThatIsRefusedIsFoundAndToldAndAllOthersAreAskedAbout) {
  answer = R"({"audio_features":[)" + Features(1, 0.8) + "," + Features(9, 0.4) + "]}";
  bad_id = Id(3);  // the first that is asked about
  for (int i = 0; i < 20; ++i) {
    Settle();
    room.clock.now_ms += 2'000;
  }
  EXPECT_THAT(Told("feature_sources"), ::testing::HasSubstr("spotify,1,"));
  EXPECT_THAT(Told("rejects"), ::testing::HasSubstr("Spotify does not take this id"));
  EXPECT_FALSE(sync->trouble());
  EXPECT_EQ(std::ranges::count(asked, Id(3)), 2) << "the service may have been away the first time";
  const std::size_t requests = asked.size();
  room.clock.now_ms += base::kMsPerDay;
  Settle();
  EXPECT_EQ(asked.size(), requests) << "it is not asked for again";
}

TEST_F(FeatureSyncTest, WhereEverythingIsRefusedItIsSaidAndNoTrackIsBlamed) {
  bad_id = "0";
  for (int i = 0; i < 60; ++i) {
    Settle();
    room.clock.now_ms += 2'000;
  }
  EXPECT_TRUE(sync->trouble());
  EXPECT_THAT(Told("rejects"), ::testing::Not(::testing::HasSubstr("does not take")));
  bad_id.clear();
  room.clock.now_ms += base::kMsPerDay;
  Settle();
  EXPECT_FALSE(sync->trouble());
}

TEST_F(FeatureSyncTest, AnOutageIsSaidAndOvercome) {
  is_offline = true;
  EXPECT_GT(sync->Work(), room.clock.Now());
  EXPECT_TRUE(sync->trouble());
  is_offline = false;
  room.clock.now_ms += 5 * base::kMsPerMinute;
  Settle();
  EXPECT_FALSE(sync->trouble());
  EXPECT_EQ(asked.size(), 1U);
}

}  // namespace
}  // namespace earprint::app
