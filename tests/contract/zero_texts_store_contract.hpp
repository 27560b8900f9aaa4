#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/file/segment_event_log.hpp"
#include "app/audit/warehouse_answers.hpp"
#include "app/stores/publish_desk.hpp"
#include "app/stores/stored_answers.hpp"
#include "audit/auditor.hpp"
#include "audit/lake/lake_reader.hpp"
#include "model/feature_fact.hpp"
#include "model/gap_fact.hpp"
#include "model/library_fact.hpp"
#include "model/play_fact.hpp"
#include "model/spotify_list_fact.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/stored_listener.hpp"

/// U+0000 is a character of JSON as any other, and no text of PostgreSQL's holds it: who sends one is
/// published, and every store answers as the warehouse and the audit do.
namespace earprint::testing {

/// A listener whose texts hold U+0000 wherever a text may.
inline model::EventBatch ZeroTexts() {
  using std::literals::operator""sv;
  model::EventBatch batch;
  const auto play = [&batch](std::string_view id, std::string_view title, std::string_view artist, int hour) {
    model::PlayFact fact;
    fact.source = "extended";
    fact.kind = model::PlayKind::kTrack;
    fact.item_id = id;
    fact.title = title;
    fact.artist = artist;
    fact.album = "Al\0bum"sv;
    fact.platform = "io\0s"sv;
    fact.country = "FR";
    fact.ended_at_ms = 1'600'000'000'000 + hour * 3'600'000;
    fact.played_ms = 200'000;
    model::AddPlay(fact, "ann", batch);
  };
  play("000000000000000000000A", "Ti\0tle"sv, "Art\0ist"sv, 0);
  play("", "Name\0less"sv, "Art\0ist"sv, 1);  // known by its names alone
  play("", "Name\uFFFDless", "Art\uFFFDist", 2);
  play("", "Nameless", "Artist", 3);
  play("000000000000000000000B", R"(C:\u0000 \\u0000)", "\0"sv, 4);  // backslashes of the text's own
  model::FeatureFact sound;
  sound.catalogue = "some";
  sound.track_id = "000000000000000000000A";
  sound.title = std::string("Ti\0tle"sv);
  sound.artists = {std::string("Art\0ist"sv)};
  sound.genres = {std::string("Ro\0ck"sv), "pop"};
  sound.duration_ms = 200'000;
  model::Measure(sound, model::Feature::kEnergy, 0.5);
  model::AddFeatures(sound, batch);
  sound.track_id = "";  // by its names
  sound.title = std::string("Name\0less"sv);
  model::AddFeatures(sound, batch);
  const std::vector<model::NamedTrack> tracks = {
      {.item_id = "000000000000000000000A", .title = "Ti\0tle"sv, .artist = "Art\0ist"sv},
      {.item_id = "", .title = "Name\0less"sv, .artist = "Art\0ist"sv, .album = "Al\0bum"sv}};
  model::AddServedPlaylist(
      {.playlist_id = "P\0L"sv, .name = "Ro\0ad"sv, .stated_at_ms = 1'600'000'000'000, .tracks = tracks},
      "ann", batch);
  model::AddPlaylist({.name = "O\0ld"sv, .modified = "2020-05-01", .tracks = tracks}, "ann", batch);
  model::AddSavedTrack(tracks[1], "ann", batch);
  model::AddSpotifyList({.list = "top_tracks",
                         .range = "short_term",
                         .stated_at_ms = 1'600'000'000'000,
                         .things = {{"T\0"sv, "Ti\0tle"sv, "Art\0ist"sv}}},
                        "ann", batch);
  model::AddGap({1'600'000'000'000, 1'600'000'500'000, "recent", "no\0thing"sv}, "ann", batch);
  batch.read = batch.events.size();
  return batch;
}

/// What comes in later, behind the others in the same segment of the lake.
inline model::EventBatch LaterZeroTexts() {
  using std::literals::operator""sv;
  model::EventBatch batch;
  model::FeatureFact sound;
  sound.catalogue = "another";
  sound.track_id = "000000000000000000000B";
  sound.genres = {std::string("Ja\0zz"sv)};
  model::Measure(sound, model::Feature::kEnergy, 0.25);
  model::AddFeatures(sound, batch);
  batch.read = batch.events.size();
  return batch;
}

template <typename Place>
class ZeroTextsStore : public ::testing::Test {
 protected:
  ZeroTextsStore() {
    for (const auto& batch : {ZeroTexts(), LaterZeroTexts()}) {
      const auto landed = pipeline_->Land(batch, {});
      EXPECT_TRUE(landed) << landed.error().Text();
    }
    asker_ = Must(app::Asker::Make(*pipeline_, "Europe/Paris"));
  }

  std::unique_ptr<adapters::SegmentEventLog> Lake() const {
    return Must(adapters::SegmentEventLog::OpenToRead(folder_ / "s/lake", clock_));
  }

  audit::AuditReport Audited(ports::AnsweredStore& store) const {
    const auto read = [this]() -> base::Result<audit::DatedTruth> {
      auto truth = audit::Settle(Must(audit::ReadLake(*Lake(), folder_ / "scratch")));
      return audit::DatedTruth{pipeline_->DataVersion(),
                               std::make_shared<const audit::Truth>(std::move(truth))};
    };
    audit::Auditor auditor(read, store, clock_);
    return Must(auditor.Run({.samples = 40, .default_tz = "Europe/Paris"})).report;
  }

  /// All texts of a column of what people read.
  std::set<std::string> Texts(const std::string& relation, const std::string& column) const {
    const ports::StoredRelation& told = Relation(relation);
    const auto found = std::ranges::find(told.columns, column, &ports::StoredColumn::name);
    std::set<std::string> texts;
    for (const auto& row : Must(place_.Open()->ReadRows("ann", told))) {
      const ports::Cell& cell = row[static_cast<std::size_t>(found - told.columns.begin())];
      if (const auto* text = std::get_if<std::string>(&cell)) texts.insert(*text);
    }
    return texts;
  }

  Place place_;
  TempFolder folder_;
  StoppedClock clock_;
  std::unique_ptr<app::Pipeline> pipeline_ = OpenAt(folder_ / "s");
  std::unique_ptr<app::Asker> asker_;
};

TYPED_TEST_SUITE_P(ZeroTextsStore);

TYPED_TEST_P(ZeroTextsStore, ArePublishedAndEqualTheLake) {
  {
    app::PublishDesk desk({this->folder_ / "s"}, *this->pipeline_, *this->asker_, "Europe/Paris");
    const auto done = desk.Publish({.url = this->place_.url()}, {});
    ASSERT_TRUE(done) << done.error().Text();
  }
  app::WarehouseAnswers warehouse(*this->asker_);
  const auto own = this->Audited(warehouse);
  EXPECT_EQ(own.differing, 0U) << audit::ReportTable(own);
  const auto answers = Must(app::StoredAnswers::Make(this->place_.url(), "Europe/Paris", 1ULL << 30));
  const auto published = this->Audited(*answers);
  EXPECT_EQ(published.differing, 0U) << audit::ReportTable(published);
  EXPECT_EQ(published.listeners, std::vector<std::string>{"ann"});
  EXPECT_GT(published.figures, 1'000U);
}

TYPED_TEST_P(ZeroTextsStore, AreToldAsAnotherCharacterAndStayAsTheyAreInTheLake) {
  using ::testing::Contains;
  {
    app::PublishDesk desk({this->folder_ / "s"}, *this->pipeline_, *this->asker_, "Europe/Paris");
    ASSERT_TRUE(desk.Publish({.url = this->place_.url()}, {}));
  }
  EXPECT_EQ(this->Texts("plays", "title"),
            (std::set<std::string>{"Ti\uFFFDtle", "Name\uFFFDless", "Nameless", R"(C:\u0000 \\u0000)"}));
  EXPECT_THAT(this->Texts("plays", "artist"), Contains("\uFFFD"));
  EXPECT_THAT(this->Texts("tracks", "genres"), Contains(::testing::HasSubstr("ro\uFFFDck")));
  EXPECT_THAT(this->Texts("tracks", "genres"), Contains("ja\uFFFDzz"));
  EXPECT_THAT(this->Texts("playlists", "name"), Contains("Ro\uFFFDad"));
  // Who asks for what is told finds it.
  const auto found = Must(this->asker_->Ask("overview", "ann", {{{"artist", "Art\uFFFDist"}}}));
  EXPECT_EQ(found->rows[0][0].number, 3);
  std::size_t zeros = 0;
  const auto log = this->Lake();
  for (const model::EventType type : model::kEventTypes) {
    ASSERT_TRUE(log->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
      const std::string lines = Must(log->Unpack(frame));
      for (std::size_t at = lines.find("\\u0000"); at != std::string::npos;
           at = lines.find("\\u0000", at + 1))
        ++zeros;
      return true;
    }));
  }
  EXPECT_GT(zeros, 25U);
}

REGISTER_TYPED_TEST_SUITE_P(ZeroTextsStore, ArePublishedAndEqualTheLake,
                            AreToldAsAnotherCharacterAndStayAsTheyAreInTheLake);

}  // namespace earprint::testing
