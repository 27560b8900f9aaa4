#include "sources/spotify/sync/playlist_covers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/spotify/sealed_login.hpp"
#include "sources/spotify/sync/library_mark.hpp"
#include "tests/support/memory_store.hpp"
#include "tests/support/scripted_http.hpp"

namespace earprint::sources::spotify {
namespace {

class Covers : public ::testing::Test {
 protected:
  Covers() {
    LibraryMark mark;
    mark.playlists["mix"].cover_url = "https://i.scdn.co/image/ab67";
    mark.playlists["mosaic"].cover_url = "https://image-cdn-ak.spotifycdn.com/x";
    mark.playlists["own"].cover_url = "http://127.0.0.1:7/image/own";
    mark.playlists["none"].cover_url = "";
    for (const char* url : {"http://i.scdn.co/image/ab67", "https://scdn.co.evil.example/x",
                            "https://evil.example/i.scdn.co", "https://a@evil.example#.scdn.co",
                            "https://evil.example?.scdn.co", "http://127.0.0.1:70/x", "file:///etc/passwd"}) {
      mark.playlists[std::string("bad ") + url].cover_url = url;
    }
    EXPECT_TRUE(states.Save("library-" + SealedLoginName("me"), mark.Document()));
    http.Answer([this](const ports::HttpRequest&) -> base::Result<ports::HttpAnswer> { return answer; });
  }

  testing::ScriptedHttp http;
  testing::MemoryStateStore states;
  PlaylistCovers covers{http, states, "http://127.0.0.1:7/v1"};
  ports::HttpAnswer answer{200, {{"content-type", "image/jpeg"}}, "bytes"};
};

TEST_F(Covers, AreTakenFromSpotifyAlone) {
  const auto addresses = covers.Addresses("me");
  ASSERT_TRUE(addresses);
  EXPECT_THAT(*addresses, ::testing::UnorderedElementsAre(::testing::Key("mix"), ::testing::Key("mosaic"),
                                                          ::testing::Key("own")));
  EXPECT_THAT(*covers.Addresses("Ann"), ::testing::IsEmpty()) << "each listener's own";
}

TEST_F(Covers, AreFetchedWithoutAToken) {
  const auto picture = covers.Fetch("me", "mix");
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->bytes, "bytes");
  ASSERT_EQ(http.requests().size(), 1U);
  EXPECT_EQ(http.requests()[0].url, "https://i.scdn.co/image/ab67");
  EXPECT_THAT(http.requests()[0].headers, ::testing::IsEmpty());
  EXPECT_EQ(covers.Fetch("me", "none").error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(covers.Fetch("Ann", "mix").error().code, base::ErrorCode::kNotFound);
}

TEST_F(Covers, WhatIsNoPictureIsNotHandedOn) {
  for (const char* type : {"text/html", "image/svg+xml", ""}) {
    answer.headers["content-type"] = type;
    EXPECT_EQ(covers.Fetch("me", "mix").error().code, base::ErrorCode::kCorrupt) << type;
  }
  answer = {404, {{"content-type", "image/jpeg"}}, ""};
  EXPECT_EQ(covers.Fetch("me", "mix").error().code, base::ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace earprint::sources::spotify
