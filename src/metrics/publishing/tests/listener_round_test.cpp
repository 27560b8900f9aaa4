#include "metrics/publishing/listener_round.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace earprint::metrics::publishing {
namespace {

using Part = std::vector<ports::StoredListener>;
constexpr std::size_t kPartMax = ListenerRound::kPartMax;

/// So many listeners by name, all of one version.
Part Listeners(std::size_t count, const std::string& version = "v1") {
  Part listeners;
  for (std::size_t i = 0; i < count; ++i)
    listeners.push_back({"name " + std::to_string(1'000'000 + i), version, {}});
  return listeners;
}

/// The part of them that is next.
Part Next(const ListenerRound& round, const Part& all) {
  const auto begin = std::ranges::upper_bound(all, round.after(), {}, &ports::StoredListener::listener);
  const auto rest = static_cast<std::size_t>(all.end() - begin);
  return {begin, begin + static_cast<std::ptrdiff_t>(std::min(rest, kPartMax))};
}

void TakeWholeRound(ListenerRound& round, const Part& all) {
  do round.Take(Next(round, all));
  while (!round.after().empty());
}

TEST(ListenerRound, OfFewTheVersionFollowsFromWhoTheyAreAndFromNothingElse) {
  ListenerRound round, other;
  EXPECT_TRUE(round.IsWhole({}));
  round.Take({});
  EXPECT_TRUE(round.Seen().is_all);
  round.Take({{"ann", "v1", {}}});
  EXPECT_EQ(round.Seen().version, "v1") << "of one it is that of the answers";
  round.Take({{"ann", "v1", {}}, {"bob", "v1", {}}});
  const std::string before = round.Seen().version;
  other.NoteChange();
  other.Take({{"ann", "v1", {}}, {"bob", "v1", {}}});
  EXPECT_EQ(other.Seen().version, before);
  round.Take({{"ann", "v1", {}}, {"bob", "v2", {}}});
  EXPECT_NE(round.Seen().version, before);
  EXPECT_EQ(round.Seen().names, (std::vector<std::string>{"ann", "bob"}));
}

TEST(ListenerRound, NamesAreInOrderWhateverTheStoresIs) {
  ListenerRound round;
  round.Take({{"ann", "v1", {}}, {"Bob", "v1", {}}, {"carl", "v1", {}}});
  EXPECT_EQ(round.Seen().names, (std::vector<std::string>{"Bob", "ann", "carl"}));
}

TEST(ListenerRound, OfManyAPartIsKeptAndAChangeAnywhereIsSeenWhenTheRoundEnds) {
  Part all = Listeners(2 * kPartMax + 5);
  ListenerRound round;
  TakeWholeRound(round, all);
  const SeenListeners seen = round.Seen();
  EXPECT_EQ(seen.names.size(), kPartMax);
  EXPECT_EQ(seen.names.front(), all.front().listener);
  EXPECT_FALSE(seen.is_all);
  TakeWholeRound(round, all);
  EXPECT_EQ(round.Seen().version, seen.version) << "nothing changed";
  all.back().data_version = "v2";
  for (int part = 0; part < 2; ++part) {
    round.Take(Next(round, all));
    EXPECT_EQ(round.Seen().version, seen.version);
  }
  round.Take(Next(round, all));
  EXPECT_NE(round.Seen().version, seen.version);
  const std::string before = round.Seen().version;
  round.NoteChange();
  EXPECT_NE(round.Seen().version, before) << "and at once where it was looked at beside the round";
}

TEST(ListenerRound, GrowsBeyondAPartAndShrinksAgain) {
  ListenerRound round;
  for (const std::size_t count : {std::size_t{3}, kPartMax, kPartMax - 1, kPartMax + 1, std::size_t{1}}) {
    const Part all = Listeners(count);
    EXPECT_EQ(round.IsWhole(Next(round, all)), count < kPartMax);
    TakeWholeRound(round, all);
    EXPECT_EQ(round.Seen().is_all, count < kPartMax) << count;
    EXPECT_EQ(round.Seen().names.size(), std::min(count, kPartMax));
  }
  EXPECT_EQ(round.Seen().version, "v1");
}

}  // namespace
}  // namespace earprint::metrics::publishing
