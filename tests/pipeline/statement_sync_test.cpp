// What Spotify itself says of a listener, from its answers to the metric that tells it.
#include "sources/spotify/sync/statement_sync.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "app/asker.hpp"
#include "base/utc_time.hpp"
#include "metrics/answer_writer.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::app {
namespace {

namespace spotify = sources::spotify;
using testing::Json;

constexpr std::int64_t kBegin = 1'795'000'000'000;  // 2026-11-18
constexpr std::size_t kLists = 7;

class Statements : public ::testing::Test {
 protected:
  Statements() {
    room.clock.now_ms = kBegin;
    room.LogIn();
    room.http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (is_offline) return testing::NoNetwork();
      if (testing::IsTokenRequest(request)) return testing::Tokens("access-1", "refresh-1");
      ++asked;
      const std::size_t at = request.url.find("/me/");
      const auto found = served.find(request.url.substr(at));
      return found == served.end() ? Json(403, R"({"error":{"status":403,"message":"Forbidden"}})")
                                   : Json(200, found->second);
    });
    for (const std::string range : {"short_term", "medium_term", "long_term"}) {
      ServeTracks(range, {"a", "b"});
      served["/me/top/artists?limit=50&time_range=" + range] =
          R"({"items":[{"id":"x","name":"X"}],"next":null,"total":1})";
    }
    served["/me/following?limit=50&type=artist"] =
        R"({"artists":{"items":[{"id":"x","name":"X"}],"next":"https://api.spotify.com/v1/me/following?after=x"}})";
    served["/me/following?after=x"] = R"({"artists":{"items":[{"id":"y","name":"Y"},null],"next":null}})";
    Restart();
  }

  void ServeTracks(const std::string& range, const std::vector<std::string>& ids) {
    std::string items;
    for (const std::string& id : ids) {
      items += fmt::format(R"({}{{"id":"{}","name":"Song {}","artists":[{{"id":"x","name":"X"}}]}})",
                           items.empty() ? "" : ",", id, id);
    }
    // More than a page: what follows is not asked for.
    served["/me/top/tracks?limit=50&time_range=" + range] =
        R"({"items":[)" + items +
        R"(],"next":"https://api.spotify.com/v1/me/top/tracks?offset=50","total":413})";
  }

  void Restart() {
    room.Start();
    sync = std::make_unique<spotify::StatementSync>("me", *room.api, room.states, *pipeline, room.clock);
  }

  /// Works until nothing is due; how many requests that took.
  std::size_t Settle() {
    const std::size_t before = asked;
    while (sync->Work() <= room.clock.Now()) {
    }
    return asked - before;
  }

  std::string Told() {
    auto asker = Asker::Make(*pipeline, "UTC");
    auto answer = (*asker)->Ask("spotify_lists", "me", {});
    EXPECT_TRUE(answer) << answer.error().Text();
    std::string told = metrics::AnswerCsv(**answer);
    std::erase(told, '\r');
    return told.substr(told.find('\n') + 1);
  }

  std::size_t CountStatements() {
    auto table = (*pipeline->engine().Connect())->Query("select count(*) from raw_spotify_list");
    return static_cast<std::size_t>(std::get<std::int64_t>(table->rows[0][0]));
  }

  testing::TempFolder folder;
  std::unique_ptr<Pipeline> pipeline = testing::OpenAt(folder / "s");
  testing::SpotifyRoom room;
  std::map<std::string, std::string> served;
  bool is_offline = false;
  std::size_t asked = 0;  ///< requests, but for tokens
  std::unique_ptr<spotify::StatementSync> sync;
};

TEST_F(Statements, AreToldAsSpotifyOrdersThem) {
  EXPECT_EQ(Settle(), kLists + 1) << "one page each, and a second one of those followed";
  const std::string day = base::FormatInstant({kBegin});
  EXPECT_EQ(Told(), fmt::format("followed_artists,,1,x,X,,{0}\n"
                                "followed_artists,,2,y,Y,,{0}\n"
                                "top_artists,long_term,1,x,X,,{0}\n"
                                "top_artists,medium_term,1,x,X,,{0}\n"
                                "top_artists,short_term,1,x,X,,{0}\n"
                                "top_tracks,long_term,1,a,Song a,X,{0}\n"
                                "top_tracks,long_term,2,b,Song b,X,{0}\n"
                                "top_tracks,medium_term,1,a,Song a,X,{0}\n"
                                "top_tracks,medium_term,2,b,Song b,X,{0}\n"
                                "top_tracks,short_term,1,a,Song a,X,{0}\n"
                                "top_tracks,short_term,2,b,Song b,X,{0}\n",
                                day));
}

TEST_F(Statements, AreReadOnceADayAndToldWhenTheyChange) {
  Settle();
  room.clock.now_ms += base::kMsPerDay - 1'000;
  EXPECT_EQ(Settle(), 0U);
  room.clock.now_ms += 10'000;
  ServeTracks("short_term", {"b", "c"});
  EXPECT_EQ(Settle(), kLists + 1);
  EXPECT_EQ(CountStatements(), kLists + 1) << "the one that changed";
  EXPECT_THAT(Told(), ::testing::HasSubstr("short_term,2,c,Song c"));
  EXPECT_THAT(Told(), ::testing::HasSubstr("medium_term,2,b,Song b"));
  room.clock.now_ms += base::kMsPerDay + 1'000;
  ServeTracks("short_term", {"a", "b"});
  Settle();
  EXPECT_THAT(Told(), ::testing::HasSubstr("short_term,2,b,Song b")) << "back to what it was";
  ServeTracks("short_term", {});
  room.clock.now_ms += base::kMsPerDay + 1'000;
  Settle();
  EXPECT_THAT(Told(), ::testing::Not(::testing::HasSubstr("top_tracks,short_term")))
      << "an empty list is empty";
}

TEST_F(Statements, WhatMayNotBeReadIsLeftForADayAndTheOthersCome) {
  served.erase("/me/following?limit=50&type=artist");
  Settle();
  EXPECT_EQ(CountStatements(), kLists - 1);
  EXPECT_FALSE(sync->trouble());
  room.clock.now_ms += base::kMsPerMinute;
  EXPECT_EQ(Settle(), 0U);
}

TEST_F(Statements, AnOutageIsSaidAndOvercome) {
  is_offline = true;
  EXPECT_GT(sync->Work(), room.clock.Now());
  ASSERT_TRUE(sync->trouble());
  is_offline = false;
  room.clock.now_ms += 2 * base::kMsPerMinute;
  Settle();
  EXPECT_FALSE(sync->trouble());
  EXPECT_EQ(CountStatements(), kLists);
}

TEST_F(Statements, WhatWasToldBeforeACrashIsToldOnce) {
  Settle();
  const auto names = room.states.Names();
  ASSERT_TRUE(names);
  for (const std::string& name : *names) {
    if (!name.starts_with("statements-")) continue;
    ASSERT_TRUE(room.states.Remove(name));
  }
  Restart();
  EXPECT_EQ(Settle(), kLists + 1) << "nothing is known of it";
  EXPECT_EQ(CountStatements(), kLists);
  Restart();
  EXPECT_EQ(Settle(), 0U) << "what was read is remembered";
  sync->Hurry();
  EXPECT_EQ(Settle(), kLists + 1) << "after a login everything is read";
}

}  // namespace
}  // namespace earprint::app
