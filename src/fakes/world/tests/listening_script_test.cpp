#include "fakes/world/listening_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace earprint::fakes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ScriptPlay At(std::int64_t started_ms, std::int64_t played_ms, PlayEnding ending = PlayEnding::kRanOut) {
  return {.started = {started_ms}, .played_ms = played_ms, .ending = ending};
}

ListeningScript ScriptOf(std::initializer_list<ScriptPlay> plays) {
  ListeningScript script;
  for (const ScriptPlay& each : plays) script.Add(each);
  return script;
}

TEST(ListeningScript, PausesPutTheEndOff) {
  ScriptPlay play = At(1'000, 200'000);
  play.pauses = {{50'000, 7'000}, {60'000, 500}};
  EXPECT_EQ(play.Ended().value, 208'500);
}

TEST(ListeningScript, APlayThatBeginsCutsTheOneUnderWay) {
  ScriptPlay first = At(0, 200'000);
  first.pauses = {{10'000, 20'000}, {150'000, 1'000}};
  const ListeningScript script = ScriptOf({first, At(100'000, 200'000)});
  const ScriptPlay& cut = script.plays()[0];
  EXPECT_EQ(cut.ending, PlayEnding::kSkipped);
  EXPECT_EQ(cut.played_ms, 80'000) << "of 100 s, 20 were paused";
  EXPECT_THAT(cut.pauses, SizeIs(1)) << "the second pause was never reached";
  EXPECT_EQ(cut.Ended().value, 100'000);
}

TEST(ListeningScript, WhatWasToBeginLaterDoesNotHappen) {
  const ListeningScript script = ScriptOf({At(0, 10'000), At(500'000, 10'000), At(100'000, 30'000)});
  ASSERT_THAT(script.plays(), SizeIs(2));
  EXPECT_EQ(script.plays()[0].Ended().value, 10'000);
  EXPECT_EQ(script.plays()[1].started.value, 100'000);
}

TEST(ListeningScript, TheWindowHasTheNewestFiftyThatRanOut) {
  ListeningScript script;
  for (std::int64_t number = 0; number < 60; ++number) {
    script.Add(At(number * 300'000, 200'000, number == 58 ? PlayEnding::kSkipped : PlayEnding::kRanOut));
  }
  const auto window = script.Window({60 * 300'000}, {});
  ASSERT_THAT(window, SizeIs(50));
  EXPECT_EQ(window[0], 59U);
  EXPECT_EQ(window[1], 57U) << "a skipped play is not listed";
  EXPECT_EQ(window[49], 9U);
}

TEST(ListeningScript, APlayIsListedWhenItHasEndedAndTheLagIsOver) {
  const ListeningScript script = ScriptOf({At(0, 200'000)});
  EXPECT_THAT(script.Window({199'999}, {}), IsEmpty());
  EXPECT_THAT(script.Window({200'000}, {}), ElementsAre(0));
  const ShowRules late{.lag_ms = 7'200'000};
  EXPECT_THAT(script.Window({200'000 + 7'199'999}, late), IsEmpty());
  EXPECT_THAT(script.Window({200'000 + 7'200'000}, late), ElementsAre(0));
}

TEST(ListeningScript, AnOfflinePlayIsListedOnceTheDeviceIsBack) {
  ScriptPlay play = At(0, 200'000);
  play.is_offline = true;
  play.online_again = base::UtcMs{900'000};
  const ListeningScript script = ScriptOf({play});
  EXPECT_THAT(script.Window({899'999}, {}), IsEmpty());
  EXPECT_THAT(script.Window({900'000}, {}), ElementsAre(0));
  EXPECT_EQ(script.At({100'000}).play, nullptr) << "the player of Spotify knows nothing of it";
}

TEST(ListeningScript, SomeSkippedPlaysOfThirtySecondsAreListedWhenAskedFor) {
  const ListeningScript script =
      ScriptOf({At(0, 29'999, PlayEnding::kSkipped), At(100'000, 30'000, PlayEnding::kSkipped)});
  EXPECT_THAT(script.Window({500'000}, {}), IsEmpty());
  EXPECT_THAT(script.Window({500'000}, {.skipped_listed_share = 1}), ElementsAre(1));
}

TEST(ListeningScript, PodcastsAdsLocalFilesAndPrivatePlaysAreNotListed) {
  ListeningScript script;
  std::int64_t at = 0;
  for (const ItemKind kind : {ItemKind::kEpisode, ItemKind::kAd, ItemKind::kLocal}) {
    ScriptPlay play = At(at += 300'000, 200'000);
    play.kind = kind;
    script.Add(play);
  }
  ScriptPlay secret = At(at + 300'000, 200'000);
  secret.is_private = true;
  script.Add(secret);
  EXPECT_THAT(script.Window({9'000'000}, {}), IsEmpty());
  EXPECT_THAT(script.Window({9'000'000}, {.drops_private = false}), ElementsAre(3));
}

TEST(ListeningScript, StampsAreEndsOrAsAskedStarts) {
  const ListeningScript script = ScriptOf({At(1'000, 200'000)});
  EXPECT_EQ(script.FateOf(0, {}).played_at.value, 201'000);
  EXPECT_EQ(script.FateOf(0, {.start_stamped_share = 1}).played_at.value, 1'000);
}

TEST(ListeningScript, AShareOfStampsIsFlippedAndAlwaysTheSame) {
  ListeningScript script;
  for (std::int64_t number = 0; number < 1'000; ++number) script.Add(At(number * 300'000, 200'000));
  const ShowRules rules{.start_stamped_share = 0.1};
  int flipped = 0;
  for (std::size_t place = 0; place < 1'000; ++place) {
    const bool is_start = script.FateOf(place, rules).played_at == script.plays()[place].started;
    flipped += is_start;
    EXPECT_EQ(is_start, script.FateOf(place, rules).played_at == script.plays()[place].started);
  }
  EXPECT_GT(flipped, 60);
  EXPECT_LT(flipped, 140);
}

TEST(ListeningScript, ThePlayerShowsProgressPausesAndEnds) {
  ScriptPlay play = At(1'000'000, 200'000, PlayEnding::kStopped);
  play.pauses = {{50'000, 60'000}};
  const ListeningScript script = ScriptOf({play});
  EXPECT_EQ(script.At({999'999}).play, nullptr);
  EXPECT_EQ(script.At({1'020'000}).progress_ms, 20'000);
  EXPECT_TRUE(script.At({1'020'000}).is_playing);
  const PlayerState paused = script.At({1'080'000});
  EXPECT_FALSE(paused.is_playing);
  EXPECT_EQ(paused.progress_ms, 50'000);
  EXPECT_EQ(paused.changed.value, 1'050'000);
  EXPECT_EQ(script.At({1'120'000}).progress_ms, 60'000) << "the pause does not count";
  EXPECT_EQ(script.At({1'120'000}).changed.value, 1'110'000);
  const PlayerState over = script.At({1'270'000});
  EXPECT_FALSE(over.is_playing);
  EXPECT_EQ(over.progress_ms, 200'000);
}

TEST(ListeningScript, AfterTwoMinutesOfSilenceNothingIsActive) {
  ScriptPlay play = At(0, 200'000);
  play.pauses = {{10'000, 600'000}};
  const ListeningScript script = ScriptOf({play});
  EXPECT_NE(script.At({10'000 + 119'999}).play, nullptr);
  EXPECT_EQ(script.At({10'000 + 120'000}).play, nullptr) << "paused for long";
  EXPECT_NE(script.At({610'000}).play, nullptr) << "it goes on";
  EXPECT_NE(script.At({800'000 + 119'999}).play, nullptr);
  EXPECT_EQ(script.At({800'000 + 120'000}).play, nullptr) << "ended";
}

}  // namespace
}  // namespace earprint::fakes
