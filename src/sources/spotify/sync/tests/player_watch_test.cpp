#include "sources/spotify/sync/player_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/player_looks.hpp"

namespace earprint::sources::spotify {
namespace {

using testing::ExpectPlay;
using testing::kStart;
using testing::Nothing;
using testing::Paused;
using testing::Playing;
using testing::PlaysOf;
using testing::Track;

TEST(PlayerWatch, ATrackThatRanOutIsHeardToItsEnd) {
  const auto plays = PlaysOf(
      {Nothing(0), Playing(Track("a"), 12, 10), Playing(Track("a"), 100, 98), Playing(Track("b"), 185, 3)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 2, 182, 180);
  EXPECT_FALSE(plays[0].was_skipped);
}

TEST(PlayerWatch, ATrackThatWasSkippedEndsWhereTheNextBegan) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 15, 15), Playing(Track("b"), 30, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 25, 25);
  EXPECT_TRUE(plays[0].was_skipped);
}

TEST(PlayerWatch, APauseIsNotHeardButDelaysTheEnd) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Paused(Track("a"), 60, 50), Paused(Track("a"), 300, 50),
               Playing(Track("a"), 330, 60), Playing(Track("b"), 452, 2)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 450, 180);
}

TEST(PlayerWatch, ATrackThatIsSkippedInItsPauseEndsThen) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Paused(Track("a"), 30, 20), Playing(Track("b"), 80, 1)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 79, 20);
  EXPECT_EQ(plays[0].ended_precision_ms, 59'000) << "it may have ended where it paused";
  EXPECT_TRUE(plays[0].was_skipped);
}

TEST(PlayerWatch, ATrackThatPausedForGoodEndedWhereItPaused) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Paused(Track("a"), 30, 20), Paused(Track("a"), 60, 20),
               Paused(Track("a"), 130, 20), Nothing(160), Playing(Track("b"), 900, 1)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 20, 20);
  EXPECT_TRUE(plays[0].was_skipped);
}

TEST(PlayerWatch, APauseOverWhichTheDeviceFallsAsleepIsAPause) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Paused(Track("a"), 30, 20), Nothing(160),
                              Nothing(300), Playing(Track("a"), 900, 25), Playing(Track("b"), 1'060, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 1'055, 180);
}

TEST(PlayerWatch, APauseOfManyHoursIsAnEnd) {
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 0, 0));
  watch.See(Paused(Track("a"), 30, 20));
  watch.See(Nothing(160));
  for (int at_s = 280; at_s < 160 + 6 * 3'600; at_s += 120) watch.See(Nothing(at_s));
  EXPECT_THAT(watch.over(), ::testing::IsEmpty());
  watch.See(Nothing(160 + 6 * 3'600));
  ASSERT_EQ(watch.over().size(), 1U);
  ExpectPlay(watch.over()[0], "a", 0, 20, 20);
  EXPECT_EQ(watch.over()[0].looked_after_ms, Nothing(160).at_ms);
}

TEST(PlayerWatch, APauseInWhichNobodyLookedMayHaveEndedAnywhereInIt) {
  constexpr std::int64_t kHour = 3'600;
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 0, 0));
  watch.See(Paused(Track("a"), 30, 20));
  watch.See(Nothing(160));
  watch.See(Nothing(160 + 5 * kHour));  // the quota was used up: it may have run out since
  watch = PlayerWatch::FromDocument(watch.Document());
  EXPECT_THAT(watch.over(), ::testing::IsEmpty());
  for (std::int64_t at_s = 160 + 5 * kHour; at_s <= 160 + 6 * kHour; at_s += 120) watch.See(Nothing(at_s));
  ASSERT_EQ(watch.over().size(), 1U);
  ExpectPlay(watch.over()[0], "a", 0, 20, 20);
  EXPECT_EQ(watch.over()[0].looked_after_ms, Nothing(160 + 5 * kHour).at_ms);
}

TEST(PlayerWatch, APauseIsAnEndWhenNobodyIsThereAfterHoursWithoutLooks) {
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 0, 0));
  watch.See(Paused(Track("a"), 30, 20));
  watch.See(Nothing(160));
  watch.See(Nothing(160 + 13 * 3'600));
  ASSERT_EQ(watch.over().size(), 1U);
  EXPECT_EQ(watch.over()[0].looked_after_ms, Nothing(160 + 13 * 3'600).at_ms)
      << "it may have gone on and ended any time";
}

TEST(PlayerWatch, ATrackThatIsNotFoundForAWhileGoesOn) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 75, 75), Nothing(90),
                              Nothing(92), Playing(Track("a"), 132, 132), Playing(Track("b"), 185, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 180, 180);
  EXPECT_EQ(plays[0].looked_before_ms, 0);
}

TEST(PlayerWatch, ATrackThatPausedUnseenGoesOnAfterHoursTheFirstOfWhichNobodyLookedAt) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 60, 60), Nothing(600),
                              Nothing(720), Playing(Track("a"), 800, 90), Playing(Track("b"), 895, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 890, 180);
}

TEST(PlayerWatch, ATrackThatIsNotFoundAndBegunAnewIsTwoPlays) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 60, 60), Nothing(75), Nothing(77), Nothing(117),
               Playing(Track("a"), 150, 20), Playing(Track("b"), 315, 5)});
  ASSERT_EQ(plays.size(), 2U);
  ExpectPlay(plays[0], "a", 0, 67, 67);
  EXPECT_TRUE(plays[0].was_skipped);
  EXPECT_EQ(plays[0].ended_precision_ms, 7'500);
  ExpectPlay(plays[1], "a", 130, 310, 180);
  EXPECT_EQ(plays[1].looked_before_ms, Nothing(117).at_ms);
}

TEST(PlayerWatch, ATrackThatCameFurtherThanBeforeBeganAnewWhereTheServiceTellsSo) {
  PlayerLook before = Playing(Track("a"), 20, 20), after = Playing(Track("a"), 140, 40);
  before.changed_at_ms = kStart;
  after.changed_at_ms = kStart + 100'000;  // where its place was 0
  EXPECT_EQ(PlaysOf({before, after, Playing(Track("b"), 285, 5)}).size(), 2U);
  after.changed_at_ms = kStart + 115'000;  // it went on from a pause
  EXPECT_EQ(PlaysOf({before, after, Playing(Track("b"), 285, 5)}).size(), 1U);
  after.changed_at_ms = after.at_ms;  // the service tells nothing by it
  EXPECT_EQ(PlaysOf({before, after, Playing(Track("b"), 285, 5)}).size(), 1U);
}

TEST(PlayerWatch, WhatIsFoundPausedEndedWhereTheServiceSaysThatItPaused) {
  PlayerLook found = Paused(Track("a"), 100, 30);
  found.changed_at_ms = kStart + 60'000;
  const auto plays = PlaysOf({Nothing(0), found, Playing(Track("b"), 400, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 30, 60, 30);
  EXPECT_EQ(plays[0].last_seen_ms, kStart + 60'000);
  for (const std::int64_t useless_s : {-1, 100, 500}) {  // of before the look before, and none of the past
    found.changed_at_ms = kStart + useless_s * 1'000;
    ExpectPlay(PlaysOf({Nothing(0), found, Playing(Track("b"), 400, 5)}).at(0), "a", 70, 100, 30);
  }
}

TEST(PlayerWatch, AnOldAnswerAfterAnEarlyPauseIsNoNewBeginning) {
  PlayerLook first = Playing(Track("a"), 3, 3), paused = Paused(Track("a"), 18, 7),
             after = Playing(Track("a"), 48, 16);
  first.changed_at_ms = kStart;
  paused.changed_at_ms = kStart + 7'000;
  after.changed_at_ms = kStart + 33'000;  // 15 s ago, its place then 7 s, and the answer is 6 s old
  EXPECT_EQ(PlaysOf({first, paused, after, Playing(Track("b"), 211, 5)}).size(), 1U);
  after.changed_at_ms = kStart + 32'000;  // to the second where a beginning would lie
  EXPECT_EQ(PlaysOf({first, paused, after, Playing(Track("b"), 211, 5)}).size(), 2U);
}

TEST(PlayerWatch, ATrackThatRanOutIsOverAtTheSecondLookThatFindsNobody) {
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 0, 0));
  watch.See(Playing(Track("a"), 170, 170));
  watch.See(Nothing(181));
  EXPECT_THAT(watch.over(), ::testing::IsEmpty());
  watch.See(Nothing(201));
  ASSERT_EQ(watch.over().size(), 1U);
  ExpectPlay(watch.over()[0], "a", 0, 180, 180);
  EXPECT_EQ(watch.over()[0].looked_after_ms, Nothing(181).at_ms);
  EXPECT_EQ(watch.over()[0].ended_precision_ms, 1'000);
}

TEST(PlayerWatch, ATrackThatPausedAtItsEndOutlivesALookThatFindsNobody) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 170, 170), Nothing(181),
               Paused(Track("a"), 201, 178), Playing(Track("a"), 231, 179), Playing(Track("b"), 240, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 232, 180);
}

TEST(PlayerWatch, WhatTheListShowsAfterATrackThatNobodyLookedAtEndsIt) {
  const auto plays_of = [](std::int64_t stamp_s) {
    PlayerWatch watch;
    watch.See(Playing(Track("a"), 0, 0));
    watch.See(Playing(Track("a"), 40, 40));
    watch.See(Nothing(5'400), kStart + stamp_s * 1'000);
    watch.See(Playing(Track("a"), 5'500, 60));
    watch.See(Playing(Track("b"), 5'625, 5));
    return watch.over();
  };
  auto plays = plays_of(400);
  ASSERT_EQ(plays.size(), 2U);
  EXPECT_EQ(plays[0].looked_after_ms, kStart + 400'000);
  EXPECT_EQ(plays[0].heard_ms, 180'000) << "it had the time to run out";
  ExpectPlay(plays[1], "a", 5'440, 5'620, 180);
  plays = plays_of(100);
  ASSERT_EQ(plays.size(), 2U);
  ExpectPlay(plays[0], "a", 0, 100, 100);
  EXPECT_TRUE(plays[0].was_skipped);
  // Stamps of before the last look, and of after this one, are of other things.
  EXPECT_EQ(plays_of(39).size(), 1U);
  EXPECT_EQ(plays_of(5'401).size(), 1U);
}

TEST(PlayerWatch, WhereLooksLieCloseStampsTellLess) {
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 0, 0));
  watch.See(Playing(Track("a"), 60, 60), kStart + 31'000);
  EXPECT_THAT(watch.over(), ::testing::IsEmpty());
}

TEST(PlayerWatch, WhatIsHiddenFromUsEndsATrackAtOnce) {
  PlayerLook hidden = Nothing(75);
  hidden.has_player = true;
  EXPECT_EQ(PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 60, 60), hidden}).size(), 1U);
}

TEST(PlayerWatch, WhatIsSoughtOverIsNotHeard) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 10, 10),
                              Playing(Track("a"), 20, 160), Playing(Track("b"), 45, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 40, 40);
}

TEST(PlayerWatch, AnAnswerThatWasOldTakesNothingFromWhatWasHeard) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 15, 9), Playing(Track("a"), 30, 24),
               Playing(Track("a"), 45, 45), Playing(Track("b"), 60, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 55, 55);
}

TEST(PlayerWatch, WhatIsSoughtOverAfterAPauseIsNotHeard) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 45, 15),
                              Playing(Track("a"), 60, 60), Playing(Track("b"), 75, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 70, 40);
}

TEST(PlayerWatch, WhatIsSoughtBackIsHeardTwiceInOnePlay) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 100, 100),
                              Playing(Track("a"), 110, 20), Playing(Track("b"), 275, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 270, 270);
}

TEST(PlayerWatch, ATrackOnRepeatIsOnePlayEachTime) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 170, 170), Playing(Track("a"), 185, 5),
               Playing(Track("a"), 350, 170), Playing(Track("a"), 365, 5)});
  ASSERT_EQ(plays.size(), 2U);
  ExpectPlay(plays[0], "a", 0, 180, 180);
  ExpectPlay(plays[1], "a", 180, 360, 180);
}

TEST(PlayerWatch, ATrackThatIsBegunAnewIsTwoPlays) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 100, 100),
                              Playing(Track("a"), 110, 4), Playing(Track("b"), 288, 2)});
  ASSERT_EQ(plays.size(), 2U);
  ExpectPlay(plays[0], "a", 0, 106, 106);
  EXPECT_TRUE(plays[0].was_skipped);
  ExpectPlay(plays[1], "a", 106, 286, 180);
}

TEST(PlayerWatch, AnAdvertisementEndsATrackAndIsNoPlay) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 175, 175), Nothing(185),
                              Nothing(200), Playing(Track("b"), 215, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 180, 180);
}

TEST(PlayerWatch, APlayerThatIsClosedLeavesTheEndOpenByHalfALook) {
  const auto plays = PlaysOf({Playing(Track("a"), 0, 0), Playing(Track("a"), 60, 60), Nothing(80),
                              Nothing(82), Playing(Track("b"), 300, 5)});
  ASSERT_EQ(plays.size(), 1U);
  ExpectPlay(plays[0], "a", 0, 70, 70);
  EXPECT_EQ(plays[0].ended_precision_ms, 10'000);
}

TEST(PlayerWatch, ALookThatComesLateChangesNothing) {
  const auto plays =
      PlaysOf({Playing(Track("a"), 100, 100), Playing(Track("b"), 50, 50), Playing(Track("a"), 110, 110)});
  EXPECT_TRUE(plays.empty());
}

TEST(PlayerWatch, ADocumentOfBeforeIsReadStill) {
  PlayerWatch watch = PlayerWatch::FromDocument(
      R"({"at_ms":1700000030000,"is_playing":false,"progress_ms":20000,"device_type":"","context_uri":"",)"
      R"("began_ms":1700000000000,"looked_before_ms":0,"paused_at_ms":1700000020000,"idle_from_ms":0,)"
      R"("heard_ms":20000,"idle_looks":0,"item":{"kind":0,"item_id":"a","title":"Ta","artist":"A","album":"B",)"
      R"("isrc":"","length_ms":180000},"over":[]})");
  watch.See(Nothing(160));
  watch.See(Playing(Track("a"), 900, 25));
  watch.See(Playing(Track("b"), 1'060, 5));
  ASSERT_EQ(watch.over().size(), 1U);
  ExpectPlay(watch.over()[0], "a", 0, 1'055, 180);
}

TEST(PlayerWatch, ADamagedDocumentIsAsNone) {
  for (const char* document : {"", "{", "[]", "null", "{\"item\":7}", "{\"item\":{\"kind\":99}}"}) {
    PlayerWatch watch = PlayerWatch::FromDocument(document);
    watch.See(Playing(Track("a"), 0, 0));
    EXPECT_TRUE(watch.over().empty()) << document;
  }
}

TEST(PlayerWatch, APlayIsOverUntilItIsConfirmed) {
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 0, 0));
  watch.See(Playing(Track("b"), 20, 0));
  watch.See(Playing(Track("c"), 40, 0));
  EXPECT_EQ(PlayerWatch::FromDocument(watch.Document()).over().size(), 2U);
  watch.Confirm();
  EXPECT_TRUE(PlayerWatch::FromDocument(watch.Document()).over().empty());
}

TEST(PlayerWatch, LooksAtTheEndOfATrackAndEverMoreSeldomWhileNothingPlays) {
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 0, 0));
  EXPECT_EQ(watch.NextLookMs(), 15'000);
  watch.See(Playing(Track("a"), 175, 175));
  EXPECT_EQ(watch.NextLookMs(), 5'700);
  watch.See(Paused(Track("a"), 176, 176));
  EXPECT_EQ(watch.NextLookMs(), 30'000);
  std::int64_t before = 0;
  for (int i = 0; i < 20; ++i) {
    watch.See(Nothing(200 + i));
    EXPECT_GE(watch.NextLookMs(), before);
    before = watch.NextLookMs();
  }
  EXPECT_EQ(before, 120'000);
}

TEST(LookAt, AnAdvertisementPlaysAndHasNoName) {
  PlayerState state;
  state.is_playing = true;
  state.playing_type = "ad";
  const PlayerLook ad = LookAt(state, kStart);
  EXPECT_TRUE(ad.is_playing);
  EXPECT_TRUE(ad.has_player);
  EXPECT_FALSE(ad.item);
  EXPECT_FALSE(LookAt(std::nullopt, kStart).is_playing);
  PlayerWatch watch, silent;
  for (int second = 0; second < 60; second += 15) {
    watch.See(LookAt(state, kStart + second * 1'000));
    silent.See(Nothing(second));
  }
  EXPECT_LT(watch.NextLookMs(), silent.NextLookMs()) << "music follows soon";
}

TEST(PlayerWatch, AClockThatWasSetBackHoldsUpNothing) {
  PlayerWatch watch;
  watch.See(Playing(Track("a"), 3'600, 0));
  watch.See(Playing(Track("a"), 3'615, 15));
  watch.HeedClock(kStart + 3'610 * 1'000);  // as clocks are apart
  EXPECT_EQ(watch.last_seen_ms(), kStart + 3'615 * 1'000);
  watch.HeedClock(kStart + 15 * 1'000);
  watch.See(Playing(Track("a"), 30, 30));
  watch.See(Playing(Track("b"), 185, 5));
  ASSERT_EQ(watch.over().size(), 1U);
  ExpectPlay(watch.over()[0], "a", 0, 180, 180);
}

}  // namespace
}  // namespace earprint::sources::spotify
