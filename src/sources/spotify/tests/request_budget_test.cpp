#include "sources/spotify/request_budget.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <thread>

#include "tests/support/memory_store.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/support/stopped_clock.hpp"

namespace earprint::sources::spotify {
namespace {

using base::kMsPerDay;
using base::kMsPerMinute;

/// Small enough that a test reaches each bound.
BudgetLimits SmallLimits() {
  BudgetLimits limits;
  limits.rate_max = 5;
  limits.day_max = 20;
  limits.family_day_max.fill(8);
  return limits;
}

struct Fixture {
  testing::MemoryStateStore states;
  testing::StoppedClock clock;
  testing::SeededRandom random;
  std::unique_ptr<RequestBudget> budget;

  explicit Fixture(const BudgetLimits& allowed = SmallLimits()) : limits(allowed) { Restart(); }
  void Restart() {
    auto opened = RequestBudget::Open(states, clock, random, limits);
    ASSERT_TRUE(opened) << opened.error().Text();
    budget = std::move(*opened);
  }
  bool Admits(Family family, Priority priority = Priority::kPlays) {
    return budget->Admit(family, priority).has_value();
  }
  /// How many of a family are admitted at one instant.
  int Burst(Family family, Priority priority = Priority::kPlays) {
    int admitted = 0;
    while (Admits(family, priority)) ++admitted;
    return admitted;
  }
  std::int64_t WaitMs(Family family, Priority priority = Priority::kPlays) {
    const auto admitted = budget->Admit(family, priority);
    return admitted ? 0 : admitted.error().not_before->value - clock.now_ms;
  }
  BudgetLimits limits;
};

TEST(RequestBudget, TheListGoesBeforeLooks) {
  BudgetLimits limits;
  limits.rate_max = 10;
  Fixture at(limits);
  EXPECT_EQ(at.Burst(Family::kPlayer, Priority::kLooks), 9);
  EXPECT_EQ(at.Burst(Family::kPlays, Priority::kPlays), 1);
}

/// How many a listener makes in a day, who asks as soon as a wait of its own and the pace allow.
int InADay(Fixture& at, std::int64_t every_ms, int listeners) {
  int admitted = 0;
  std::vector<std::int64_t> due_ms(static_cast<std::size_t>(listeners), at.clock.now_ms);
  const std::int64_t end_ms = at.clock.now_ms + kMsPerDay;
  for (; at.clock.now_ms < end_ms; at.clock.now_ms += 1'000) {
    for (std::int64_t& due : due_ms) {
      if (at.clock.now_ms < due) continue;
      EXPECT_TRUE(at.Admits(Family::kPlayer, Priority::kLooks)) << "what keeps the pace is never refused";
      ++admitted;
      due = at.clock.now_ms + std::max(every_ms, at.budget->PaceMs(Family::kPlayer, Priority::kLooks));
    }
  }
  return admitted;
}

TEST(RequestBudget, ThePaceLeavesEachListenerAShareOfTheDay) {
  BudgetLimits limits;
  limits.family_day_max.fill(400);
  Fixture at(limits);
  at.budget->ShareAmong(5);
  for (int day = 0; day < 2; ++day) {
    const int admitted = InADay(at, 60'000, 5);
    EXPECT_GT(admitted, 200) << day;
    EXPECT_LE(admitted, 400) << day;
  }
}

TEST(RequestBudget, ThePaceIsFreeWhileHalfIsLeft) {
  BudgetLimits limits;
  limits.family_day_max.fill(1'000);
  Fixture at(limits);
  for (int i = 0; i <= 500; ++i) {
    EXPECT_EQ(at.budget->PaceMs(Family::kPlayer, Priority::kLooks), 0);
    ASSERT_TRUE(at.Admits(Family::kPlayer, Priority::kLooks));
    at.clock.now_ms += 15'000;
  }
  const std::int64_t alone_ms = at.budget->PaceMs(Family::kPlayer, Priority::kLooks);
  EXPECT_GT(alone_ms, 120'000) << "500 for 22 hours";
  at.budget->ShareAmong(2);
  EXPECT_NEAR(static_cast<double>(at.budget->PaceMs(Family::kPlayer, Priority::kLooks)),
              2.0 * static_cast<double>(alone_ms), 2.0);
}

TEST(RequestBudget, AdmitsNoMoreWithinHalfAMinuteThanAllowed) {
  Fixture at;
  EXPECT_EQ(at.Burst(Family::kPlayer), 5);
  const std::int64_t wait_ms = at.WaitMs(Family::kPlayer);
  EXPECT_GE(wait_ms, 30'000);
  EXPECT_LE(wait_ms, 31'000) << "at most a slot too long";
  at.clock.now_ms += wait_ms - 1;
  EXPECT_FALSE(at.Admits(Family::kPlayer));
  at.clock.now_ms += 1;
  EXPECT_TRUE(at.Admits(Family::kPlayer));
}

TEST(RequestBudget, RefusesWithTheInstantToComeBackAndWaitsForNoOne) {
  Fixture at;
  at.Burst(Family::kPlayer);
  const auto admitted = at.budget->Admit(Family::kPlayer, Priority::kPlays);
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().code, base::ErrorCode::kRetryLater);
  EXPECT_EQ(admitted.error().subject, "player");
  ASSERT_TRUE(admitted.error().not_before.has_value());
}

TEST(RequestBudget, AdmitsNoMoreOfAFamilyWithinADayThanAllowed) {
  Fixture at;
  for (int i = 0; i < 8; ++i, at.clock.now_ms += kMsPerMinute) ASSERT_TRUE(at.Admits(Family::kSearch)) << i;
  EXPECT_FALSE(at.Admits(Family::kSearch));
  EXPECT_TRUE(at.Admits(Family::kPlays)) << "each family has its own";
  const std::int64_t wait_ms = at.WaitMs(Family::kSearch);
  EXPECT_GE(wait_ms, kMsPerDay - 8 * kMsPerMinute);
  EXPECT_LE(wait_ms, kMsPerDay + 5 * kMsPerMinute);
  at.clock.now_ms += wait_ms;
  EXPECT_TRUE(at.Admits(Family::kSearch));
}

TEST(RequestBudget, KeepsAReserveForPlaysThenForPlaylists) {
  BudgetLimits limits = SmallLimits();
  limits.rate_max = 10;
  limits.family_day_max.fill(100);
  Fixture at(limits);
  EXPECT_EQ(at.Burst(Family::kTracks, Priority::kEnrichment), 6) << "40 of 100 are left to the others";
  EXPECT_EQ(at.Burst(Family::kPlaylists, Priority::kPlaylists), 2) << "20 of 100 are left to plays";
  EXPECT_EQ(at.Burst(Family::kPlays, Priority::kPlays), 2);
}

TEST(RequestBudget, KeepsAReserveOfTheDayToo) {
  BudgetLimits limits = SmallLimits();
  limits.family_day_max.fill(100);
  Fixture at(limits);
  int enrichment = 0, plays = 0;
  for (int i = 0; i < 100; ++i, at.clock.now_ms += kMsPerMinute)
    enrichment += at.Admits(Family::kTracks, Priority::kEnrichment);
  for (int i = 0; i < 100; ++i, at.clock.now_ms += kMsPerMinute) plays += at.Admits(Family::kPlays);
  EXPECT_EQ(enrichment, 12);
  EXPECT_EQ(plays, 8);
}

TEST(RequestBudget, RemembersAcrossARestart) {
  Fixture at;
  for (int i = 0; i < 8; ++i, at.clock.now_ms += kMsPerMinute) ASSERT_TRUE(at.Admits(Family::kSearch));
  at.Restart();
  EXPECT_FALSE(at.Admits(Family::kSearch));
  EXPECT_EQ(at.Burst(Family::kPlayer), 5);
  at.Restart();
  EXPECT_FALSE(at.Admits(Family::kPlays)) << "the half minute is remembered as well";
}

TEST(RequestBudget, KeepsADeadlineAcrossARestart) {
  Fixture at;
  at.budget->Hold(Family::kTracks, 48'925'000);
  at.budget->HoldAll(2'000);
  at.Restart();
  EXPECT_EQ(at.WaitMs(Family::kTracks), 48'925'000);
  EXPECT_EQ(at.WaitMs(Family::kPlays), 2'000);
  at.clock.now_ms += 2'000;
  EXPECT_TRUE(at.Admits(Family::kPlays)) << "a family's wait is its own";
  EXPECT_FALSE(at.Admits(Family::kTracks));
  at.clock.now_ms += 48'923'000;
  EXPECT_TRUE(at.Admits(Family::kTracks));
}

TEST(RequestBudget, ALongDeadlineIsNotShortenedByAShortOne) {
  Fixture at;
  at.budget->Hold(Family::kTracks, kMsPerDay);
  at.budget->Hold(Family::kTracks, 1'000);
  EXPECT_EQ(at.WaitMs(Family::kTracks), kMsPerDay);
  at.budget->Hold(Family::kAlbums, 1'000 * kMsPerDay);
  EXPECT_EQ(at.WaitMs(Family::kAlbums), 7 * kMsPerDay) << "no answer locks us out for good";
}

TEST(RequestBudget, AccountsAreOutsideTheQuotaOfTheApi) {
  Fixture at;
  at.budget->HoldAll(kMsPerDay);
  EXPECT_TRUE(at.Admits(Family::kAccounts));
  EXPECT_FALSE(at.Admits(Family::kUser));
}

TEST(RequestBudget, BacksOffLongerEachTimeAndShortlyAgainAfterASuccess) {
  Fixture at;
  std::int64_t least = 1'000;
  for (int i = 0; i < 12; ++i) {
    const base::UtcMs until = at.budget->BackOff(Family::kPlays);
    const std::int64_t wait_ms = until.value - at.clock.now_ms;
    EXPECT_GE(wait_ms, least) << i;
    EXPECT_LE(wait_ms, std::min<std::int64_t>(2 * least, 10 * kMsPerMinute)) << i;
    EXPECT_FALSE(at.Admits(Family::kPlays));
    at.clock.now_ms = until.value;
    least = std::min<std::int64_t>(2 * least, 5 * kMsPerMinute);
  }
  at.budget->Succeeded(Family::kPlays);
  EXPECT_LE(at.budget->BackOff(Family::kPlays).value - at.clock.now_ms, 2'000);
}

TEST(RequestBudget, CountsNothingThatCannotBeKept) {
  Fixture at;
  at.states.fails = true;
  const auto admitted = at.budget->Admit(Family::kPlays, Priority::kPlays);
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().code, base::ErrorCode::kRetryLater);
}

TEST(RequestBudget, BeginsAnewWithQuietWhenItsStateCannotBeRead) {
  for (const std::string state : {"", "not json", "[]", R"({"rate":)"}) {
    Fixture at;
    at.states.documents["spotify-budget"] = state;
    at.Restart();
    EXPECT_FALSE(at.Admits(Family::kPlays)) << state;
    at.clock.now_ms += 30'000;
    EXPECT_TRUE(at.Admits(Family::kPlays)) << state;
  }
  Fixture at;
  at.states.documents["spotify-budget"] =
      R"({"rate":[[1],"x",-5,3,5,-3,9223372036854775807,2,7],"day":{},"hold":[1],"families":{"plays":[],"search":{"day":7}}})";
  at.Restart();
  EXPECT_TRUE(at.Admits(Family::kPlays));
}

TEST(RequestBudget, AClockSetBackLocksNoOneOutForLong) {
  Fixture at;
  for (int i = 0; i < 8; ++i, at.clock.now_ms += kMsPerMinute) ASSERT_TRUE(at.Admits(Family::kSearch));
  at.budget->Hold(Family::kTracks, kMsPerDay);
  at.clock.now_ms -= 400 * kMsPerDay;
  EXPECT_FALSE(at.Admits(Family::kSearch));
  EXPECT_LE(at.WaitMs(Family::kSearch), kMsPerDay + 5 * kMsPerMinute);
  EXPECT_LE(at.WaitMs(Family::kTracks), kMsPerDay);
}

TEST(RequestBudget, ManyThreadsTogetherGetNoMoreThanOne) {
  Fixture at;
  std::atomic<int> admitted = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 20; ++k) admitted += at.Admits(Family::kPlayer);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(admitted, 5);
}

RC_GTEST_PROP(RequestBudget, NoRollingWindowEverHoldsMoreThanAllowed, ()) {
  Fixture at;
  const auto steps = *rc::gen::inRange(1, 400);
  std::map<Family, std::deque<std::int64_t>> families;
  std::deque<std::int64_t> all;
  const auto within = [](const std::deque<std::int64_t>& instants, std::int64_t now, std::int64_t window) {
    return std::count_if(instants.begin(), instants.end(),
                         [&](std::int64_t at_ms) { return at_ms > now - window; });
  };
  for (int i = 0; i < steps; ++i) {
    const auto family = static_cast<Family>(*rc::gen::inRange(0, 4));
    const auto priority = static_cast<Priority>(*rc::gen::inRange(0, 3));
    at.clock.now_ms +=
        *rc::gen::weightedOneOf<std::int64_t>({{6, rc::gen::inRange<std::int64_t>(0, 3'000)},
                                               {3, rc::gen::inRange<std::int64_t>(0, 40'000)},
                                               {1, rc::gen::inRange<std::int64_t>(0, 2 * kMsPerDay)}});
    if (*rc::gen::inRange(0, 10) == 0) at.Restart();
    const auto admitted = at.budget->Admit(family, priority);
    if (!admitted) {
      RC_ASSERT(admitted.error().not_before->value > at.clock.now_ms);
      continue;
    }
    families[family].push_back(at.clock.now_ms);
    all.push_back(at.clock.now_ms);
    RC_ASSERT(within(all, at.clock.now_ms, 30'000) <= at.limits.rate_max);
    RC_ASSERT(within(all, at.clock.now_ms, kMsPerDay) <= at.limits.day_max);
    RC_ASSERT(within(families[family], at.clock.now_ms, kMsPerDay) <= 8);
  }
}

RC_GTEST_PROP(RequestBudget, WhoComesBackAtTheToldInstantIsAdmitted, ()) {
  Fixture at;
  const auto steps = *rc::gen::inRange(1, 100);
  for (int i = 0; i < steps; ++i) {
    const auto family = static_cast<Family>(*rc::gen::inRange(0, 4));
    const auto priority = static_cast<Priority>(*rc::gen::inRange(0, 3));
    at.clock.now_ms += *rc::gen::inRange<std::int64_t>(0, 20'000);
    const auto admitted = at.budget->Admit(family, priority);
    if (admitted) continue;
    at.clock.now_ms = admitted.error().not_before->value;
    RC_ASSERT(at.Admits(family, priority));
  }
}

TEST(FamilyOf, GroupsThePathsOfTheApi) {
  for (const auto& [path, family] :
       std::map<std::string, std::string>{{"/me/player/recently-played", "plays"},
                                          {"/me/player", "player"},
                                          {"/me/player/currently-playing", "player"},
                                          {"/me", "user"},
                                          {"/me/", "user"},
                                          {"/me/playlists", "playlists"},
                                          {"/playlists/p", "playlists"},
                                          {"/playlists/p/items", "playlist_items"},
                                          {"/playlists/p/tracks?offset=50", "playlist_items"},
                                          {"/me/tracks", "library"},
                                          {"/me/following", "library"},
                                          {"/me/top/artists", "top"},
                                          {"/tracks/t", "tracks"},
                                          {"/tracks?ids=a", "tracks"},
                                          {"/artists/a", "artists"},
                                          {"/albums/a/tracks", "albums"},
                                          {"/audio-features/t", "features"},
                                          {"/audio-analysis/t", "features"},
                                          {"/search", "search"},
                                          {"/markets", "other"},
                                          {"", "other"},
                                          {"/", "other"}}) {
    EXPECT_EQ(FamilyName(FamilyOf(path)), family) << path;
  }
}

}  // namespace
}  // namespace earprint::sources::spotify
