// What Spotify's list of recent plays and looks at the player make of a listener's day, in whatever order
// they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "base/utc_time.hpp"
#include "metrics/answer_writer.hpp"
#include "model/gap_fact.hpp"
#include "model/play_fact.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMinute = 60'000;
/// 20:00 on an evening; midnight is 240 minutes on.
constexpr std::int64_t kEvening = 1'700'000'000'000 - 1'700'000'000'000 % base::kMsPerDay + 20 * 60 * kMinute;

/// A statement about one play. Texts are static.
struct Told {
  model::PlayFact fact;

  static Told Of(std::string_view source, std::string_view track, std::int64_t ended_ms,
                 std::int64_t played_ms) {
    Told told;
    told.fact.source = source;
    told.fact.kind = model::PlayKind::kTrack;
    told.fact.item_id = track;
    told.fact.title = track;
    told.fact.artist = "Ann";
    told.fact.album = "One";
    told.fact.ended_at_ms = ended_ms;
    told.fact.played_ms = played_ms;
    return told;
  }
};

constexpr std::string_view kAlpha = "000000000000000000000A", kBeta = "000000000000000000000B",
                           kGamma = "000000000000000000000C";

/// An entry of the list: a stamp, and how long the track is.
Told Recent(std::string_view track, std::int64_t stamp_ms, std::int64_t length_ms) {
  return Told::Of("recent", track, stamp_ms, length_ms);
}

/// What the player showed: from when to when, and how much was heard.
Told Player(std::string_view track, std::int64_t began_ms, std::int64_t ended_ms, std::int64_t heard_ms) {
  Told told = Told::Of("player", track, ended_ms, heard_ms);
  told.fact.began_at_ms = began_ms;
  told.fact.ended_precision_ms = 5'000;
  told.fact.last_seen_ms = ended_ms - 5'000;
  told.fact.looked_after_ms = ended_ms + 5'000;
  return told;
}

Told Export(std::string_view track, std::int64_t ended_ms, std::int64_t played_ms) {
  return Told::Of("extended", track, ended_ms, played_ms);
}

/// A play as the figures have it.
struct Play {
  std::string track;
  std::int64_t ended_ms, played_ms;
  bool operator==(const Play&) const = default;
  friend void PrintTo(const Play& play, std::ostream* out) {
    *out << play.track.back() << " ended " << play.ended_ms - kEvening << " played " << play.played_ms;
  }
};

class LivePlays : public ::testing::Test {
 protected:
  void Tell(const std::vector<Told>& all) {
    model::EventBatch batch;
    for (const Told& told : all) model::AddPlay(told.fact, "me", batch);
    batch.read = all.size();
    auto taken = pipeline_->Take(std::move(batch), "test", "me");
    ASSERT_TRUE(taken) << taken.error().Text();
    EXPECT_EQ(taken->read, taken->accepted + taken->duplicate + taken->rejected);
  }

  std::vector<Play> Plays(const std::string& where = "true") {
    auto table =
        (*pipeline_->engine().Connect())
            ->Query(
                "select t.track_id, p.ended_at_ms, p.played_ms from silver_play p join silver_track t on "
                "t.track_key = p.track_key join silver_context c on c.context_key = p.context_key where " +
                where + " order by p.ended_at_ms, t.track_id");
    EXPECT_TRUE(table) << table.error().Text();
    std::vector<Play> plays;
    for (const auto& row : table->rows) {
      plays.push_back(
          {std::get<std::string>(row[0]), std::get<std::int64_t>(row[1]), std::get<std::int64_t>(row[2])});
    }
    return plays;
  }

  testing::TempFolder folder_;
  std::unique_ptr<Pipeline> pipeline_ = testing::OpenAt(folder_ / "s");
};

TEST_F(LivePlays, ATextThatNoOneCanReadNeverReachesTheLog) {
  Told told = Recent(kAlpha, kEvening, 3 * kMinute);
  told.fact.context_uri = "\xC3\x28";
  model::EventBatch batch;
  model::AddPlay(told.fact, "me", batch);
  batch.read = 1;
  auto taken = pipeline_->Take(std::move(batch), "test", "me");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, base::ErrorCode::kCorrupt);
  Tell({Recent(kBeta, kEvening, 3 * kMinute)});  // and nothing is the worse for it
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kBeta), kEvening, 3 * kMinute}));
}

TEST_F(LivePlays, AStampAloneIsTheEndOfThePlay) {
  Tell({Recent(kAlpha, kEvening, 3 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening, 3 * kMinute}));
}

TEST_F(LivePlays, AStampAtWhichTheTrackCannotHaveEndedIsItsStart) {
  // Beta cannot fit into the second after Alpha's end.
  Tell({Recent(kAlpha, kEvening, 3 * kMinute), Recent(kBeta, kEvening + 1'000, 4 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening, 3 * kMinute},
                                   Play{std::string(kBeta), kEvening + 1'000 + 4 * kMinute, 4 * kMinute}));
}

TEST_F(LivePlays, AStampOneTrackBeforeTheNextsStartIsAStart) {
  // After a long pause Beta's stamp may be either; Gamma, which followed at once, settles it.
  Tell({Recent(kBeta, kEvening, 4 * kMinute), Recent(kGamma, kEvening + 6 * kMinute, 2 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kBeta), kEvening + 4 * kMinute, 4 * kMinute},
                                   Play{std::string(kGamma), kEvening + 6 * kMinute, 2 * kMinute}));
}

TEST_F(LivePlays, ThePlayerMeasuresAndTheListKnowsTheEndBetter) {
  Tell({Player(kAlpha, kEvening, kEvening + 4 * kMinute, 3 * kMinute),
        Recent(kAlpha, kEvening + 4 * kMinute + 2'345, 3 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening + 4 * kMinute + 2'345, 3 * kMinute}));
  EXPECT_THAT(Plays("p.witnesses = 2 and c.source = 'player'"), ::testing::SizeIs(1));
}

TEST_F(LivePlays, AStampThatWasShownBeforeTheTrackCouldEndIsAnEnd) {
  // The stamp is at the start of what the player saw next; but the list held it while that still played.
  Told before = Recent(kAlpha, kEvening, 3 * kMinute);
  before.fact.shown_at_ms = kEvening + kMinute;
  Tell({before, Player(kAlpha, kEvening, kEvening + 2 * kMinute, 2 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening, 3 * kMinute},
                                   Play{std::string(kAlpha), kEvening + 2 * kMinute, 2 * kMinute}));
}

TEST_F(LivePlays, AStampWhereThePlayerShowedSomethingElseIsAStart) {
  // As an end it would lie in Beta's play.
  Tell({Player(kBeta, kEvening - 3 * kMinute, kEvening, 3 * kMinute),
        Recent(kAlpha, kEvening + 1'000, 4 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kBeta), kEvening, 3 * kMinute},
                                   Play{std::string(kAlpha), kEvening + 1'000 + 4 * kMinute, 4 * kMinute}));
}

TEST_F(LivePlays, APlayWhoseEndNobodySawEndsWhereTheListSays) {
  // The program was away for an hour and a half; meanwhile the play paused and went on.
  Told cut = Player(kAlpha, kEvening, kEvening + 3 * kMinute, 3 * kMinute);
  cut.fact.ended_precision_ms = 90 * kMinute;
  cut.fact.last_seen_ms = kEvening + kMinute;
  cut.fact.looked_after_ms = kEvening + 90 * kMinute;
  Tell({cut, Recent(kAlpha, kEvening + 11 * kMinute, 3 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening + 11 * kMinute, 3 * kMinute}));
  // Unless another track was heard in between.
  Tell({Recent(kBeta, kEvening + 7 * kMinute, 2 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening + 3 * kMinute, 3 * kMinute},
                                   Play{std::string(kBeta), kEvening + 7 * kMinute, 2 * kMinute},
                                   Play{std::string(kAlpha), kEvening + 11 * kMinute, 3 * kMinute}));
}

TEST_F(LivePlays, BothSourcesMayTellOneEndAndOneLength) {
  // To the millisecond: the list's statement and the player's then have one identity.
  Told seen = Player(kAlpha, kEvening, kEvening + 3 * kMinute, 3 * kMinute);
  seen.fact.ended_precision_ms = 1'000;
  Told next = Player(kAlpha, kEvening + 3 * kMinute, kEvening + 6 * kMinute, 3 * kMinute);
  Tell({seen, Recent(kAlpha, kEvening + 3 * kMinute, 3 * kMinute), next,
        Recent(kAlpha, kEvening + 6 * kMinute, 3 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening + 3 * kMinute, 3 * kMinute},
                                   Play{std::string(kAlpha), kEvening + 6 * kMinute, 3 * kMinute}));
}

TEST_F(LivePlays, AStampAtThePlayersBeginningIsNoSecondPlay) {
  Tell({Player(kAlpha, kEvening, kEvening + 3 * kMinute, 3 * kMinute),
        Recent(kAlpha, kEvening + 800, 3 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening + 3 * kMinute, 3 * kMinute}));
}

TEST_F(LivePlays, ATrackOnRepeatIsAsManyPlaysAsItWasPlayed) {
  const std::int64_t length = 2 * kMinute;
  std::vector<Told> all;
  std::vector<Play> expected;
  for (std::int64_t i = 1; i <= 5; ++i) {
    all.push_back(Player(kAlpha, kEvening + (i - 1) * length, kEvening + i * length, length));
    // The third is stamped with its start, in the same second as the second's end.
    all.push_back(Recent(kAlpha, kEvening + (i == 3 ? i - 1 : i) * length + i, length));
    expected.push_back({std::string(kAlpha), kEvening + i * length, length});
  }
  Tell(all);
  auto plays = Plays();
  ASSERT_EQ(plays.size(), expected.size());
  for (std::size_t i = 0; i < plays.size(); ++i) {
    EXPECT_LE(std::abs(plays[i].ended_ms - expected[i].ended_ms), 10) << "play " << i;
  }
}

TEST_F(LivePlays, WhatOnlyThePlayerSawIsAPlayTooHoweverShort) {
  Tell({Player(kAlpha, kEvening, kEvening + 12'000, 12'000)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening + 12'000, 12'000}));
}

TEST_F(LivePlays, AnExportThatComesLaterTakesThePlaysItTellsAndKeepsTheOthers) {
  Tell({Recent(kAlpha, kEvening + 700, 3 * kMinute), Recent(kBeta, kEvening + 4 * kMinute, 4 * kMinute)});
  Tell({Export(kAlpha, kEvening, 170'000)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), kEvening, 170'000},
                                   Play{std::string(kBeta), kEvening + 4 * kMinute, 4 * kMinute}));
  EXPECT_THAT(Plays("c.source = 'extended'"), ::testing::SizeIs(1));
}

TEST_F(LivePlays, MidnightPartsNoWitnesses) {
  const std::int64_t midnight = kEvening + 240 * kMinute;
  Tell({Player(kAlpha, midnight - 3 * kMinute, midnight - 1'000, 3 * kMinute - 1'000)});
  Tell({Recent(kAlpha, midnight + 1'500, 3 * kMinute)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), midnight + 1'500, 3 * kMinute - 1'000}));
  Tell({Export(kAlpha, midnight - 2'000, 178'000)});
  EXPECT_THAT(Plays(), ElementsAre(Play{std::string(kAlpha), midnight - 2'000, 178'000}));
}

TEST_F(LivePlays, ToldAgainTheyAreDuplicates) {
  const std::vector<Told> all = {Recent(kAlpha, kEvening, 3 * kMinute)};
  Tell(all);
  Tell(all);
  EXPECT_THAT(Plays(), ::testing::SizeIs(1));
}

TEST_F(LivePlays, AnotherListenersPlaysAreTheirOwn) {
  Tell({Player(kAlpha, kEvening, kEvening + 3 * kMinute, 3 * kMinute)});
  model::EventBatch batch;
  model::AddPlay(Recent(kAlpha, kEvening + 3 * kMinute, 3 * kMinute).fact, "zoe", batch);
  batch.read = 1;
  ASSERT_TRUE(pipeline_->Take(std::move(batch), "test", "zoe"));
  EXPECT_THAT(Plays("c.listener = 'zoe'"),
              ElementsAre(Play{std::string(kAlpha), kEvening + 3 * kMinute, 3 * kMinute}));
  EXPECT_THAT(Plays("c.listener = 'me'"), ::testing::SizeIs(1));
}

TEST_F(LivePlays, AGapIsToldOnceAndOnlyToItsListener) {
  for (int time = 0; time < 2; ++time) {
    model::EventBatch batch;
    model::AddGap({kEvening, kEvening + kMinute, "recent", "all were new"}, "me", batch);
    model::AddGap({kEvening, kEvening + 2 * kMinute, "recent", "all were new"}, "zoe", batch);
    batch.read = 2;
    ASSERT_TRUE(pipeline_->Take(std::move(batch), "test", "me"));
  }
  auto asker = Asker::Make(*pipeline_, "UTC");
  ASSERT_TRUE(asker) << asker.error().Text();
  auto answer = (*asker)->Ask("gaps", "me", {});
  ASSERT_TRUE(answer) << answer.error().Text();
  EXPECT_EQ(metrics::AnswerCsv(**answer), "from,to,reason\r\n" + base::FormatInstant({kEvening}) + "," +
                                              base::FormatInstant({kEvening + kMinute}) +
                                              ",all were new\r\n");
}

// A week of listening told by three sources: whatever comes first, and in how many portions, the rows are the
// same.
TEST_F(LivePlays, GapsAndEstimatedLengthsStandBesideTheFiguresThatTheyTouch) {
  // One length that nobody measured, one that the player did, and a gap of two hours after them.
  Tell({Recent(kAlpha, kEvening, 3 * kMinute),
        Player(kBeta, kEvening + kMinute, kEvening + 4 * kMinute, 3 * kMinute)});
  model::EventBatch batch;
  batch.read = 1;
  model::AddGap({kEvening + 10 * kMinute, kEvening + 130 * kMinute, "recent", "the program was off"}, "me",
                batch);
  ASSERT_TRUE(pipeline_->Take(std::move(batch), "test", "me"));
  auto asker = Asker::Make(*pipeline_, "UTC");
  const auto limits = [&](const std::vector<model::ConditionPair>& conditions) {
    auto answer = (*asker)->Ask("overview", "me", conditions);
    EXPECT_TRUE(answer) << answer.error().Text();
    return std::pair((*answer)->limits.gaps, (*answer)->limits.estimated_plays);
  };
  EXPECT_EQ(limits({}), std::pair(1L, 1L));
  const std::string midnight = base::FormatInstant({kEvening + 240 * kMinute});
  EXPECT_EQ(limits({{"from", midnight}}), std::pair(0L, 0L));
  EXPECT_EQ(limits({{"to", midnight}}), std::pair(1L, 1L));
  EXPECT_EQ(limits({{"track", std::string(kBeta)}}), std::pair(1L, 0L)) << "that one was measured";
}

TEST_F(LivePlays, AnyOrderAndPortionsGiveTheSameRows) {
  std::mt19937 random(7);
  std::vector<Told> all;
  std::int64_t now = kEvening;
  for (int i = 0; i < 400; ++i) {
    const std::string_view track = std::array{kAlpha, kBeta, kGamma}[random() % 3];
    const std::int64_t length = kMinute + static_cast<std::int64_t>(random() % 180) * 1'000;
    if (random() % 8 == 0) now += static_cast<std::int64_t>(random() % 600) * kMinute;
    const std::int64_t began = now;
    now += length;
    if (random() % 4 != 0)
      all.push_back(Player(track, began, now - static_cast<std::int64_t>(random() % 4'000), length));
    if (random() % 4 != 0) all.push_back(Recent(track, random() % 10 == 0 ? began : now, length));
    if (random() % 3 == 0) all.push_back(Export(track, now / 1'000 * 1'000, length));
  }
  Tell(all);
  const auto expected = Plays();
  const std::string fingerprint = testing::SilverFingerprint(*pipeline_);
  for (int round = 0; round < 3; ++round) {
    std::ranges::shuffle(all, random);
    pipeline_ = testing::OpenAt(folder_ / ("round" + std::to_string(round)));
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t size = std::min(all.size() - at, 1 + random() % 200);
      Tell({all.begin() + static_cast<std::ptrdiff_t>(at),
            all.begin() + static_cast<std::ptrdiff_t>(at + size)});
      at += size;
    }
    EXPECT_EQ(Plays(), expected) << "round " << round;
    EXPECT_EQ(testing::SilverFingerprint(*pipeline_), fingerprint) << "round " << round;
  }
}

}  // namespace
}  // namespace earprint::app
