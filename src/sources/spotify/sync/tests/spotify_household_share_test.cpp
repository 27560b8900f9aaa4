// A house whose listeners several collectors share.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <thread>

#include "tests/support/spotify_house.hpp"

namespace earprint::sources::spotify {
namespace {

using ::testing::IsEmpty;

using SharedHousehold = Household;

/// A share of listeners that fails where it is told to.
class ScriptedShare final : public ports::ListenerShare {
 public:
  base::Result<void> Follow(const std::string& listener) override {
    const std::lock_guard lock(mutex);
    ++follows;
    if (follow_fails)
      return base::Fail(base::ErrorCode::kRetryLater, "share listeners", "broker", "nobody is there");
    mine.insert(listener);
    return {};
  }
  base::Result<void> Unfollow(const std::string& listener) override {
    const std::lock_guard lock(mutex);
    mine.erase(listener);
    return {};
  }
  std::vector<std::string> Mine() const override {
    const std::lock_guard lock(mutex);
    return {mine.begin(), mine.end()};
  }
  std::uint64_t TenureOf(const std::string& listener) const override {
    const std::lock_guard lock(mutex);
    return mine.contains(listener) ? 1 : 0;
  }
  bool LookAt(const std::string&, const std::function<void()>&) override { return false; }
  ports::ShareFigures Figures() const override {
    const std::lock_guard lock(mutex);
    return {.partitions = 3, .errors = 7, .trouble = trouble};
  }
  mutable std::mutex mutex;
  bool follow_fails = false;
  std::atomic<int> follows = 0;
  std::string trouble;
  std::set<std::string> mine;
};

TEST_F(SharedHousehold, WhatKeepsListenersFromBeingSharedIsInTheStateUntilItIsOver) {
  ScriptedShare share;
  ASSERT_TRUE(household->SetClientId("abc123"));
  ASSERT_TRUE(LogIn("me"));
  EXPECT_FALSE(household->State().share);
  household.reset();
  household = Collector(share);
  share.follow_fails = true;
  std::atomic<int> changes = 0;
  household->on_change = [&] { ++changes; };
  household->Start();
  const auto eventually = [&](const std::function<bool(const ShareState&)>& is_so) {
    for (int i = 0; i < 400 && !is_so(*household->State().share); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    EXPECT_TRUE(is_so(*household->State().share)) << household->State().share->trouble;
  };
  const auto set = [&share](const auto& change) {
    const std::lock_guard lock(share.mutex);
    change();
  };
  eventually([](const ShareState& now) { return now.trouble.contains("nobody is there"); });
  EXPECT_GT(household->State().share->failures, 0U);
  EXPECT_EQ(household->State().share->partitions, 3U);
  EXPECT_EQ(household->State().share->errors, 7U);
  set([&] { share.follow_fails = false; });
  eventually([](const ShareState& now) { return now.trouble.empty() && now.listeners == 1; });
  // What is kept of another one that cannot be read here.
  set([&] { share.mine.insert("ann"); });
  states.fails_to_load = true;
  eventually([](const ShareState& now) { return now.trouble.contains("too many files"); });
  set([&] { share.mine.erase("ann"); });
  eventually([](const ShareState& now) { return now.trouble.empty(); });
  set([&] { share.trouble = "refused by the group"; });
  eventually([](const ShareState& now) { return now.trouble == "refused by the group"; });
  // The state tells at once what the share says, and who waits for it is told at the next look.
  for (int i = 0; i < 400 && changes < 4; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  EXPECT_GE(changes, 4);
  household->Stop();
}

TEST_F(SharedHousehold, WhoIsLoggedOutAtAnotherCollectorIsNotBroughtBackByTheNextLogin) {
  ScriptedShare share, other_share;
  ASSERT_TRUE(household->SetClientId("abc123"));
  household = Collector(share);
  ASSERT_TRUE(LogIn("me"));
  ASSERT_TRUE(LogIn("ann"));
  const int followed = share.follows;
  household->Start();
  const auto names = [](const SpotifyHousehold& of) {
    std::set<std::string> all;
    for (const ListenerState& one : of.State().listeners) all.insert(one.listener);
    return all;
  };
  const auto comes_about = [](const std::function<bool()>& is_so) {
    for (int i = 0; i < 800 && !is_so(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(25));
    return is_so();
  };
  ASSERT_TRUE(comes_about([&] { return share.follows >= followed + 2; }));  // it says who is logged in here
  EXPECT_THAT(names(*household), ::testing::ElementsAre("ann", "me"));
  const auto other = Collector(other_share);
  ASSERT_TRUE(other->LogOut("ann"));
  ASSERT_TRUE(share.Unfollow("ann"));  // as the log tells every collector
  EXPECT_TRUE(comes_about([&] { return !names(*household).contains("ann"); }));
  ASSERT_TRUE(LogIn("bob"));
  household->Stop();
  EXPECT_THAT(names(*Collector(other_share)), ::testing::ElementsAre("bob", "me"));
}

TEST_F(SharedHousehold, WhoLoggedInAtAnotherCollectorCanBeLoggedOutHere) {
  ScriptedShare share, other_share, third_share;
  ASSERT_TRUE(household->SetClientId("abc123"));
  household = Collector(share);
  const auto other = Collector(other_share);
  ASSERT_TRUE(LogIn("ann"));
  ASSERT_THAT(tokens.secrets, ::testing::SizeIs(1));
  EXPECT_EQ(other->LogOut("bob").error().code, base::ErrorCode::kNotFound);
  ASSERT_TRUE(other_share.Follow("ann"));  // as the log tells every collector
  const auto out = other->LogOut("ann");
  ASSERT_TRUE(out) << out.error().Text();
  EXPECT_THAT(other_share.Mine(), IsEmpty()) << "everybody is told";
  EXPECT_THAT(tokens.secrets, IsEmpty());
  EXPECT_THAT(Collector(third_share)->State().listeners, IsEmpty());
  EXPECT_EQ(other->LogOut("ann").error().code, base::ErrorCode::kNotFound);
}

}  // namespace
}  // namespace earprint::sources::spotify
