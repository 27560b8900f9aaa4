#include "fakes/fake_clock.hpp"

#include <gtest/gtest.h>

namespace earprint::fakes {
namespace {

TEST(FakeClock, StandsStillUntilItIsSet) {
  FakeClock clock(base::UtcMs{1'000});
  clock.Advance(500);
  EXPECT_EQ(clock.Now().value, 1'500);
  clock.Set({200});
  EXPECT_EQ(clock.Now().value, 200);
  EXPECT_EQ(clock.speed(), 0);
}

TEST(FakeClock, RunsAsFastAsItIsToldAndGoesOnFromWhereItIs) {
  FakeClock clock(base::UtcMs{1'000}, 1e9);  // a nanosecond is a second
  const base::UtcMs before = clock.Now();
  base::UtcMs after = clock.Now();
  while (after == before) after = clock.Now();
  EXPECT_GT(after, before);
  clock.SetSpeed(0);
  const base::UtcMs stopped = clock.Now();
  EXPECT_GE(stopped, after);
  EXPECT_EQ(clock.Now(), stopped);
}

}  // namespace
}  // namespace earprint::fakes
