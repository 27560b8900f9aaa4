// A login that Spotify takes no more: whether what came over it is to be erased, and by when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

using base::kMsPerDay;
using testing::Json;
using testing::SpotifyRoom;

TEST(RefusedLogin, ALoginThatEndedBeforeItsTimeTellsByWhenItsDataAreToGo) {
  SpotifyRoom room;
  room.LogIn();
  room.http.Answer([](const ports::HttpRequest&) { return Json(400, R"({"error":"invalid_grant"})"); });
  room.clock.now_ms += 10 * kMsPerDay;
  const std::int64_t refused_ms = room.clock.now_ms;
  EXPECT_FALSE(room.session->Access().erase_by);
  ASSERT_FALSE(room.session->Token());
  const std::string day = base::FormatInstant({refused_ms + 5 * kMsPerDay}).substr(0, 10);
  for (int i = 0; i < 3; ++i) {  // the day stays, over restarts too
    const AccessReport access = room.session->Access();
    ASSERT_TRUE(access.erase_by);
    EXPECT_EQ(access.erase_by->value, refused_ms + 5 * kMsPerDay);
    EXPECT_THAT(access.notice, ::testing::HasSubstr("is to be erased by " + day + ": earprint logout"));
    room.clock.now_ms += 3 * kMsPerDay;
    room.Start();
    ASSERT_FALSE(room.session->Token());
  }
  room.LogIn("access-5", "refresh-5");
  EXPECT_FALSE(room.session->Access().erase_by) << "a new login ends it";
  room.Start();
  EXPECT_FALSE(room.session->Access().erase_by);
  EXPECT_EQ(room.session->Access().notice, "");
}

TEST(RefusedLogin, ALoginThatCameToItsEndHasNothingToErase) {
  SpotifyRoom room;
  room.LogIn();
  room.http.Answer([](const ports::HttpRequest&) { return Json(400, R"({"error":"invalid_grant"})"); });
  room.clock.now_ms = room.session->Access().ends_at->value;
  ASSERT_FALSE(room.session->Token());
  EXPECT_FALSE(room.session->Access().erase_by);
  EXPECT_EQ(room.session->Access().notice, "log in to Spotify: access has ended or was taken back");
}

}  // namespace
}  // namespace earprint::sources::spotify
