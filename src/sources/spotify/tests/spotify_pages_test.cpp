#include "sources/spotify/spotify_pages.hpp"

#include <gtest/gtest.h>

#include <map>

#include "sources/spotify/answers/spotify_json.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

using testing::Json;
using testing::SpotifyRoom;

const std::string kRoot = "https://api.spotify.com/v1";

struct Fixture : SpotifyRoom {
  Fixture() {
    LogIn();
    http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      const auto found = served.find(request.url);
      return found == served.end() ? Json(404, "") : found->second;
    });
  }
  void Serve(const std::string& target, const std::string& items, const std::string& next,
             const std::string& more = "") {
    served[kRoot + target] = Json(200, R"({"items":[)" + items + R"(],"next":)" + next + more + "}");
  }
  std::map<std::string, ports::HttpAnswer> served;
};

struct Walked {
  std::size_t pages = 0;
  std::vector<std::string> ids;
  std::size_t nulls = 0;
  std::optional<Refusal> end;
};

Walked Walk(SpotifyPages& pages) {
  Walked walked;
  for (;;) {
    auto page = pages.Next();
    if (!page) {
      walked.end = page.error();
      return walked;
    }
    if (!*page) return walked;
    ++walked.pages;
    const auto list = ReadElements((*page)->object, &ReadTrack);
    for (const SpotifyTrack& track : list->elements) walked.ids.push_back(*track.id);
    walked.nulls += list->nulls;
  }
}

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

TEST(SpotifyPages, FollowsOffsetPagesAsServed) {
  Fixture at;
  at.Serve("/me/tracks?limit=2", R"({"id":"a"},null)", Quoted(kRoot + "/me/tracks?offset=2&limit=2&odd=%2B"),
           R"(,"total":4)");
  at.Serve("/me/tracks?offset=2&limit=2&odd=%2B", "", Quoted(kRoot + "/me/tracks?offset=4&limit=2"),
           R"(,"total":3)");
  at.Serve("/me/tracks?offset=4&limit=2", R"({"id":"b"},{"id":7})", "null", R"(,"total":9)");
  SpotifyPages pages(*at.api, {.path = "/me/tracks", .query = {{"limit", "2"}}});
  const Walked walked = Walk(pages);
  EXPECT_FALSE(walked.end) << walked.end->error.Text();
  EXPECT_EQ(walked.pages, 3U) << "an empty page in between is not the end";
  EXPECT_EQ(walked.ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(walked.nulls, 1U);
  EXPECT_FALSE(*pages.Next()) << "after the end there is nothing";
  EXPECT_EQ(at.http.requests().size(), 3U);
}

TEST(SpotifyPages, FollowsCursorPagesToTheEmptyOne) {
  Fixture at;
  at.Serve("/me/player/recently-played?limit=50", R"({"id":"a"})",
           Quoted(kRoot + "/me/player/recently-played?before=1635138793658&limit=50"),
           R"(,"cursors":{"after":"1635138793658","before":"1635138793658"},"limit":50)");
  at.Serve("/me/player/recently-played?before=1635138793658&limit=50", "", "null", R"(,"cursors":null)");
  SpotifyPages pages(*at.api, {.path = "/me/player/recently-played", .query = {{"limit", "50"}}});
  auto page = pages.Next();
  ASSERT_TRUE(page && *page);
  EXPECT_EQ((*page)->object.at("cursors").at("before").as_string(), "1635138793658");
  EXPECT_EQ((*page)->total, std::nullopt);
  EXPECT_FALSE((*page)->is_last);
  page = pages.Next();
  ASSERT_TRUE(page && *page);
  EXPECT_TRUE((*page)->is_last);
  EXPECT_FALSE(*pages.Next());
}

TEST(SpotifyPages, AnEmptyTextOrNoNextIsTheEnd) {
  Fixture at;
  at.Serve("/a", "", Quoted(""));
  at.served[kRoot + "/b"] = Json(200, R"({"items":[]})");
  for (const std::string path : {"/a", "/b"}) {
    SpotifyPages pages(*at.api, {.path = path});
    EXPECT_EQ(Walk(pages).pages, 1U) << path;
  }
}

TEST(SpotifyPages, FindsThePageWithinItsAnswer) {
  Fixture at;
  at.served[kRoot + "/search"] = Json(200, R"({"tracks":{"items":[{"id":"a"}],"next":")" + kRoot +
                                               R"(/search?offset=1","total":2},"artists":{"items":[]}})");
  at.served[kRoot + "/search?offset=1"] = Json(200, R"({"tracks":{"items":[{"id":"b"}],"next":null}})");
  SpotifyPages pages(*at.api, {.path = "/search"}, {.within = "tracks"});
  EXPECT_EQ(Walk(pages).ids, (std::vector<std::string>{"a", "b"}));
  at.Serve("/playlists/p", R"({"id":"c"})", "null");
  SpotifyPages bare(*at.api, {.path = "/playlists/p"}, {.within = "items"});
  EXPECT_EQ(Walk(bare).ids, (std::vector<std::string>{"c"})) << "an array under the key is the page's own";
}

TEST(SpotifyPages, AsksTheSamePageAgainAfterAFaultThatPasses) {
  Fixture at;
  at.Serve("/me/tracks", R"({"id":"a"})", Quoted(kRoot + "/me/tracks?offset=1"));
  at.served[kRoot + "/me/tracks?offset=1"] = Json(502, "");
  SpotifyPages pages(*at.api, {.path = "/me/tracks"});
  ASSERT_TRUE(pages.Next());
  const auto failed = pages.Next();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().error.code, base::ErrorCode::kRetryLater);
  at.clock.now_ms = failed.error().error.not_before->value;
  at.Serve("/me/tracks?offset=1", R"({"id":"b"})", "null");
  EXPECT_EQ(Walk(pages).ids, (std::vector<std::string>{"b"}));
}

TEST(SpotifyPages, LeadsTheTokenToNoOtherHost) {
  for (const std::string link : {"https://evil.example/v1/me/tracks",
                                 "https://api.spotify.com.evil.example/v1/", "/me/tracks?offset=1"}) {
    Fixture at;
    at.Serve("/me/tracks", R"({"id":"a"})", Quoted(link));
    SpotifyPages pages(*at.api, {.path = "/me/tracks"});
    const Walked walked = Walk(pages);
    ASSERT_TRUE(walked.end) << link;
    EXPECT_EQ(walked.end->error.code, base::ErrorCode::kCorrupt);
    EXPECT_EQ(walked.ids.size(), 1U) << "what was read before stays";
    EXPECT_EQ(at.http.requests().size(), 1U);
    EXPECT_FALSE(*pages.Next());
  }
}

TEST(SpotifyPages, EndsWhenPagesGoRoundOrOn) {
  Fixture at;
  at.Serve("/a", "", Quoted(kRoot + "/a?x=1"));
  at.Serve("/a?x=1", "", Quoted(kRoot + "/a?x=1"));
  SpotifyPages same(*at.api, {.path = "/a"});
  EXPECT_EQ(Walk(same).end->error.cause, "its next page was there before");
  at.Serve("/b", "", Quoted(kRoot + "/b?x=1"));
  at.Serve("/b?x=1", "", Quoted(kRoot + "/b"));
  SpotifyPages round(*at.api, {.path = "/b"}, {.pages_max = 7});
  EXPECT_EQ(Walk(round).pages, 2U);
  EXPECT_EQ(at.http.requests().size(), 2U + 3U) << "two that go round cost no request more";
  for (int i = 0; i < 9; ++i)
    at.Serve("/c?x=" + std::to_string(i), "", Quoted(kRoot + "/c?x=" + std::to_string(i + 1)));
  at.Serve("/c", "", Quoted(kRoot + "/c?x=0"));
  SpotifyPages on(*at.api, {.path = "/c"}, {.pages_max = 7});
  const Walked walked = Walk(on);
  EXPECT_EQ(walked.pages, 7U);
  EXPECT_EQ(walked.end->error.cause, "it has more pages than any list has");
}

TEST(SpotifyPages, RefusesWhatIsNoPage) {
  for (const std::string body : {"{}", R"({"items":null})", R"({"items":{}})", R"({"items":[],"next":5})",
                                 R"({"items":[],"total":"x"})", "[]"}) {
    Fixture at;
    at.served[kRoot + "/a"] = Json(200, body);
    SpotifyPages pages(*at.api, {.path = "/a"});
    const Walked walked = Walk(pages);
    ASSERT_TRUE(walked.end) << body;
    EXPECT_EQ(walked.end->error.code, base::ErrorCode::kCorrupt) << body;
  }
  Fixture at;
  at.served[kRoot + "/a"] = Json(204, "");
  SpotifyPages none(*at.api, {.path = "/a"});
  EXPECT_EQ(Walk(none).pages, 0U) << "204 is an empty list";
}

}  // namespace
}  // namespace earprint::sources::spotify
