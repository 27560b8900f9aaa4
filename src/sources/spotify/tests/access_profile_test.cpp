#include "sources/spotify/access_profile.hpp"

#include <gtest/gtest.h>

#include "tests/support/memory_store.hpp"
#include "tests/support/stopped_clock.hpp"

namespace earprint::sources::spotify {
namespace {

using base::kMsPerDay;

struct Fixture {
  testing::MemoryStateStore states;
  testing::StoppedClock clock;
  std::unique_ptr<AccessProfile> profile = Open("me");
  std::unique_ptr<AccessProfile> Open(const std::string& listener) {
    auto opened = AccessProfile::Open(states, clock, listener);
    EXPECT_TRUE(opened);
    return std::move(*opened);
  }
};

TEST(AccessProfile, WhatWasForbiddenIsNotAskedAgainForADay) {
  Fixture at;
  EXPECT_FALSE(at.profile->Standing("/audio-features/a"));
  at.profile->Learn("/audio-features/a", Trouble::kForbidden);
  const auto standing = at.profile->Standing("/audio-features/b");
  ASSERT_TRUE(standing) << "of the endpoint, whatever the id";
  EXPECT_EQ(standing->trouble, Trouble::kForbidden);
  EXPECT_EQ(standing->error.code, base::ErrorCode::kUnsupported);
  EXPECT_EQ(standing->error.not_before->value, at.clock.now_ms + kMsPerDay);
  EXPECT_FALSE(at.profile->Standing("/tracks/a"));
  EXPECT_FALSE(at.profile->Standing("/audio-features"));
  at.clock.now_ms += kMsPerDay;
  EXPECT_FALSE(at.profile->Standing("/audio-features/a"));
}

TEST(AccessProfile, PlaylistsAreForbiddenOneByOne) {
  Fixture at;
  at.profile->Learn("/playlists/p/items", Trouble::kForbidden);
  EXPECT_TRUE(at.profile->Standing("/playlists/p/items?offset=50"));
  EXPECT_FALSE(at.profile->Standing("/playlists/q/items"));
  EXPECT_FALSE(at.profile->Standing("/playlists/p"));
}

TEST(AccessProfile, BeingShutOutIsOfEverythingAndForAnHour) {
  for (const Trouble trouble : {Trouble::kPremiumNeeded, Trouble::kNotRegistered}) {
    Fixture at;
    at.profile->Learn("/me", trouble);
    ASSERT_TRUE(at.profile->Standing("/tracks/a"));
    EXPECT_EQ(at.profile->Standing("/tracks/a")->trouble, trouble);
    at.clock.now_ms += 60 * base::kMsPerMinute;
    EXPECT_FALSE(at.profile->Standing("/tracks/a"));
  }
}

TEST(AccessProfile, RemembersAcrossARestartEachListenerForThemselves) {
  Fixture at;
  at.profile->Learn("/tracks/a", Trouble::kScopeMissing);
  EXPECT_TRUE(at.Open("me")->Standing("/tracks/b"));
  EXPECT_FALSE(at.Open("you")->Standing("/tracks/b"));
  at.profile->Forget();
  EXPECT_FALSE(at.Open("me")->Standing("/tracks/b")) << "after a login all is asked again";
}

TEST(AccessProfile, RemembersNothingThatPasses) {
  Fixture at;
  for (const Trouble trouble :
       {Trouble::kRateLimited, Trouble::kNotFound, Trouble::kServiceDown, Trouble::kWrongRequest}) {
    at.profile->Learn("/tracks/a", trouble);
    EXPECT_FALSE(at.profile->Standing("/tracks/a"));
  }
}

TEST(AccessProfile, StaysSmallAndForgetsADamagedState) {
  Fixture at;
  for (int i = 0; i < 1'100; ++i) {
    at.clock.now_ms += 1;
    at.profile->Learn("/playlists/p" + std::to_string(i) + "/items", Trouble::kForbidden);
  }
  EXPECT_FALSE(at.profile->Standing("/playlists/p0/items"));
  EXPECT_FALSE(at.profile->Standing("/playlists/p99/items"));
  EXPECT_TRUE(at.profile->Standing("/playlists/p100/items"));
  EXPECT_TRUE(at.profile->Standing("/playlists/p1099/items"));
  for (auto& [name, document] : at.states.documents) {
    for (const std::string bad :
         {"", "x", "[1]", R"({"a":1,"b":{"trouble":99,"set_at_ms":1},"c":{"trouble":"x"}})"}) {
      document = bad;
      EXPECT_FALSE(at.Open("me")->Standing("/a")) << bad;
    }
  }
}

TEST(AccessProfile, AClockSetBackDoesNotMakeARefusalStandForLonger) {
  Fixture at;
  at.profile->Learn("/tracks/a", Trouble::kForbidden);
  at.clock.now_ms -= 100 * kMsPerDay;
  EXPECT_EQ(at.profile->Standing("/tracks/a")->error.not_before->value, at.clock.now_ms + kMsPerDay);
}

TEST(EndpointOf, LeavesOutIdsButThoseOfPlaylists) {
  EXPECT_EQ(EndpointOf("/tracks/abc"), "tracks/{id}");
  EXPECT_EQ(EndpointOf("/tracks"), "tracks");
  EXPECT_EQ(EndpointOf("/albums/abc/tracks?limit=5"), "albums/{id}/tracks");
  EXPECT_EQ(EndpointOf("/playlists/p/items"), "playlists/p/items");
  EXPECT_EQ(EndpointOf("/me/player/"), "me/player");
  EXPECT_EQ(EndpointOf("/"), "");
}

TEST(AccessProfile, WhatEveryApplicationMayAskIsAskedAgainSoonAndEverMoreSeldom) {
  Fixture at;
  std::int64_t wait_ms = 15 * base::kMsPerMinute;
  for (const std::string path : {"/me/player", "/me/player/recently-played"}) {
    at.profile->Learn(path, Trouble::kForbidden);
    EXPECT_EQ(at.profile->Standing(path)->error.not_before->value, at.clock.now_ms + wait_ms);
  }
  for (int i = 0; i < 10; ++i) {
    const std::int64_t until_ms = at.profile->Standing("/me/player")->error.not_before->value;
    EXPECT_EQ(until_ms, at.clock.now_ms + wait_ms) << i;
    at.clock.now_ms = until_ms;
    EXPECT_FALSE(at.profile->Standing("/me/player"));
    at.profile = at.Open("me");
    at.profile->Learn("/me/player", Trouble::kForbidden);
    wait_ms = std::min<std::int64_t>(2 * wait_ms, base::kMsPerDay);
  }
  at.clock.now_ms += base::kMsPerDay;
  at.profile->Allowed("/me/player");
  at.profile->Learn("/me/player", Trouble::kForbidden);
  EXPECT_EQ(at.profile->Standing("/me/player")->error.not_before->value,
            at.clock.now_ms + 15 * base::kMsPerMinute);
}

}  // namespace
}  // namespace earprint::sources::spotify
