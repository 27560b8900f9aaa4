// What other services' histories make of a listener's days beside what Spotify's own exports tell, in
// whatever order they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "base/utc_time.hpp"
#include "metrics/answer_writer.hpp"
#include "model/play_fact.hpp"
#include "sources/services/told_play.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using sources::HistoryService;
using ::testing::ElementsAre;
using ::testing::SizeIs;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kEvening = 1'700'000'000'000 - 1'700'000'000'000 % base::kMsPerDay + 20 * 60 * kMinute;
constexpr std::string_view kAlphaId = "000000000000000000000A";

/// A statement of an export or of another service. Texts are static.
struct Told {
  std::optional<HistoryService> service;
  model::PlayFact play;
  sources::ToldPlay told;

  static Told Export(std::string_view title, std::int64_t ended_ms, std::int64_t played_ms,
                     std::string_view source = "extended") {
    Told one;
    one.play.source = source;
    one.play.kind = model::PlayKind::kTrack;
    one.play.item_id = source == "account" ? "" : title == "Alpha" ? kAlphaId : "";
    one.play.title = title;
    one.play.artist = "Ann";
    one.play.ended_at_ms = ended_ms;
    one.play.played_ms = played_ms;
    if (source == "account") one.play.ended_precision_ms = kMinute;
    return one;
  }
  static Told Of(HistoryService service, std::string_view title, std::int64_t began_ms,
                 std::int64_t length_ms = 0, std::string_view artist = "Ann") {
    Told one;
    one.service = service;
    one.told.stamp_ms = began_ms;
    one.told.title = title;
    one.told.artist = artist;
    if (length_ms > 0) one.told.length_ms = length_ms;
    return one;
  }
};

struct Play {
  std::string title, source;
  std::int64_t ended_min, played_min, witnesses;
  bool operator==(const Play&) const = default;
  friend void PrintTo(const Play& p, std::ostream* out) {
    *out << p.title << " of " << p.source << " ended " << p.ended_min << " played " << p.played_min
         << " told by " << p.witnesses;
  }
};

class ServicePlays : public ::testing::Test {
 protected:
  static void Tell(Pipeline& pipeline, const std::vector<Told>& all) {
    model::EventBatch batch;
    for (const Told& one : all) {
      if (one.service) {
        ASSERT_EQ(sources::AddToldPlay(one.told, *one.service, {"me", kEvening * 2}, batch), "");
      } else {
        model::AddPlay(one.play, "me", batch);
      }
    }
    batch.read = all.size();
    auto taken = pipeline.Take(std::move(batch), "test", "me");
    ASSERT_TRUE(taken) << taken.error().Text();
  }
  void Tell(const std::vector<Told>& all) { Tell(*pipeline_, all); }

  /// Ends in minutes after the evening's beginning.
  std::vector<Play> Plays() {
    auto table =
        (*pipeline_->engine().Connect())
            ->Query(
                "select t.title, c.source, p.ended_at_ms, p.played_ms, p.witnesses from silver_play p join "
                "silver_track t on t.track_key = p.track_key join silver_context c on c.context_key = "
                "p.context_key order by p.ended_at_ms, t.title");
    EXPECT_TRUE(table) << table.error().Text();
    std::vector<Play> plays;
    for (const auto& row : table->rows) {
      plays.push_back({std::get<std::string>(row[0]), std::get<std::string>(row[1]),
                       (std::get<std::int64_t>(row[2]) - kEvening) / kMinute,
                       std::get<std::int64_t>(row[3]) / kMinute, std::get<std::int64_t>(row[4])});
    }
    return plays;
  }

  testing::TempFolder folder_;
  std::unique_ptr<Pipeline> pipeline_ = testing::OpenAt(folder_ / "s");
};

TEST_F(ServicePlays, WhatOnlyAServiceTellsIsAPlayOfEstimatedLength) {
  Tell({Told::Of(HistoryService::kMaloja, "Alpha", kEvening, 3 * kMinute),
        Told::Of(HistoryService::kLastFm, "Beta", kEvening + 10 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{"Alpha", "maloja", 3, 3, 1}, Play{"Beta", "lastfm", 10, 0, 1}));
  auto asker = Asker::Make(*pipeline_, "UTC");
  ASSERT_TRUE(asker);
  auto overview = (*asker)->Ask("overview", "", {});
  ASSERT_TRUE(overview);
  EXPECT_EQ((*overview)->limits.estimated_plays, 2) << "said beside every figure";
  EXPECT_EQ((*overview)->rows[0][1].number, 2) << "without a length it counts as the least that a stream has";
}

TEST_F(ServicePlays, WhatAServiceHeardIsNoEstimate) {
  Told heard = Told::Of(HistoryService::kMaloja, "Alpha", kEvening, 3 * kMinute);
  heard.told.heard_ms = 2 * kMinute;
  Tell({heard});
  EXPECT_THAT(Plays(), ElementsAre(Play{"Alpha", "maloja", 2, 2, 1}));
  auto asker = Asker::Make(*pipeline_, "UTC");
  auto overview = (*asker)->Ask("overview", "", {});
  EXPECT_EQ((*overview)->limits.estimated_plays, 0);
}

TEST_F(ServicePlays, AnExportThatTellsItSettlesIt) {
  Tell({Told::Of(HistoryService::kLastFm, "Alpha (feat. Bob)", kEvening, 3 * kMinute, "Ann feat. Bob"),
        Told::Of(HistoryService::kMaloja, "Alpha", kEvening + 2'000, 3 * kMinute)});
  Tell({Told::Export("Alpha", kEvening + 2 * kMinute, 2 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{"Alpha", "extended", 2, 2, 1}));
}

TEST_F(ServicePlays, APausedPlayIsOneEvenIfItBeganLongBefore) {
  Tell({Told::Export("Beta", kEvening - 30 * kMinute, 3 * kMinute),
        Told::Export("Alpha", kEvening + 3 * kMinute, 3 * kMinute),
        Told::Of(HistoryService::kKoito, "Alpha", kEvening - 29 * kMinute, 3 * kMinute)});
  EXPECT_THAT(Plays(), SizeIs(2));
}

TEST_F(ServicePlays, ASongOnRepeatIsAsManyPlaysAsTheBetterSourceSays) {
  std::vector<Told> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(Told::Export("Alpha", kEvening + (i + 1) * 3 * kMinute, 3 * kMinute));
    all.push_back(Told::Of(HistoryService::kLastFm, "Alpha", kEvening + i * 3 * kMinute + 4'000));
    if (i % 2 == 0)
      all.push_back(Told::Of(HistoryService::kMaloja, "Alpha", kEvening + i * 3 * kMinute + 1'000));
  }
  Tell(all);
  EXPECT_THAT(Plays(), SizeIs(4));
  // A fifth, which Spotify does not tell, was heard elsewhere.
  Tell({Told::Of(HistoryService::kLastFm, "Alpha", kEvening + 15 * kMinute, 3 * kMinute)});
  EXPECT_THAT(Plays(), SizeIs(5));
}

TEST_F(ServicePlays, SeveralServicesTellOfOnePlay) {
  Tell({Told::Of(HistoryService::kLastFm, "Alpha", kEvening + 3'000),
        Told::Of(HistoryService::kMaloja, "Alpha", kEvening, 3 * kMinute),
        Told::Of(HistoryService::kKoito, "Alpha", kEvening + 60'000, 0, "ANN")});
  EXPECT_THAT(Plays(), ElementsAre(Play{"Alpha", "maloja", 3, 3, 3}));
}

TEST_F(ServicePlays, SpotifysOwnStampIsAnEndOrAStart) {
  for (const std::int64_t shift : {3 * kMinute, std::int64_t{0}}) {
    Told stamp = Told::Of(HistoryService::kBrainz, "Alpha", kEvening + shift + 1'000, 3 * kMinute);
    stamp.told.is_spotify_stamp = true;
    Tell({stamp, Told::Export("Alpha", kEvening + 3 * kMinute, 3 * kMinute)});
    EXPECT_THAT(Plays(), ElementsAre(Play{"Alpha", "extended", 3, 3, 1})) << shift;
    pipeline_.reset();
    pipeline_ = testing::OpenAt(folder_ / std::to_string(shift));
  }
}

TEST_F(ServicePlays, AnIsrcOrAnIdWillDoWhereNamesDiffer) {
  Told by_id = Told::Of(HistoryService::kBrainz, "Alpha - Live in Rome", kEvening, 3 * kMinute, "Various");
  by_id.told.item_id = kAlphaId;
  Tell({by_id, Told::Export("Alpha", kEvening + 3 * kMinute, 3 * kMinute)});
  EXPECT_THAT(Plays(), SizeIs(1));
}

TEST_F(ServicePlays, OverMidnightToo) {
  const std::int64_t midnight = kEvening + 240 * kMinute;
  Tell({Told::Of(HistoryService::kLastFm, "Alpha", midnight - kMinute)});
  Tell({Told::Export("Alpha", midnight + 2 * kMinute, 3 * kMinute)});
  EXPECT_THAT(Plays(), SizeIs(1));
}

// Random evenings of exports, account data and three services: in any order, any portions and told twice, the
// silver rows are the same, and whatever services add, exports' plays stay as they are.
TEST_F(ServicePlays, AnyOrderGivesTheSameAndExportsStayAsTheyAre) {
  static constexpr std::string_view kTitles[] = {"Alpha", "Beta", "Gamma"};
  for (unsigned seed = 1; seed <= 2; ++seed) {
    std::mt19937 random(seed);
    std::vector<Told> exports, services;
    std::int64_t at = kEvening;
    for (int i = 0; i < 24; ++i) {
      const std::string_view title = kTitles[random() % 3];
      const std::int64_t length = (2 + static_cast<std::int64_t>(random() % 3)) * kMinute;
      if (random() % 4 != 0) exports.push_back(Told::Export(title, at + length, length));
      if (random() % 5 == 0)
        exports.push_back(Told::Export(title, (at + length) / kMinute * kMinute, length, "account"));
      const auto skew = static_cast<std::int64_t>(random() % 20'000);
      if (random() % 3 != 0) services.push_back(Told::Of(HistoryService::kLastFm, title, at + skew));
      if (random() % 3 != 0)
        services.push_back(Told::Of(HistoryService::kMaloja, title, at + skew / 2, length));
      at += length + static_cast<std::int64_t>(random() % 5) * 7 * kMinute;
    }
    testing::TempFolder stores;
    auto alone = testing::OpenAt(stores / "alone");
    Tell(*alone, exports);
    const std::string settled = "c.told_as = 'export'";
    const std::int64_t plays = testing::CountPlays(*alone, settled);
    std::vector<Told> all = exports;
    all.insert(all.end(), services.begin(), services.end());
    std::string expected;
    for (int turn = 0; turn < 2; ++turn) {
      auto pipeline = testing::OpenAt(stores / std::to_string(turn));
      std::shuffle(all.begin(), all.end(), random);
      for (std::size_t from = 0; from < all.size();) {
        const std::size_t size = std::min<std::size_t>(4 + random() % 40, all.size() - from);
        Tell(*pipeline, {all.begin() + static_cast<std::ptrdiff_t>(from),
                         all.begin() + static_cast<std::ptrdiff_t>(from + size)});
        from += size;
      }
      Tell(*pipeline, {all[0], all[1]});
      EXPECT_EQ(testing::CountPlays(*pipeline, settled), plays) << seed;
      const std::string told = testing::SilverFingerprint(*pipeline);
      if (expected.empty()) expected = told;
      EXPECT_EQ(told, expected) << seed;
    }
  }
}

}  // namespace
}  // namespace earprint::app
