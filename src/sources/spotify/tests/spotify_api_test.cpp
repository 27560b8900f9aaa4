#include "sources/spotify/spotify_api.hpp"

#include <gtest/gtest.h>

#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

using base::ErrorCode;
using base::kMsPerDay;
using testing::IsTokenRequest;
using testing::Json;
using testing::SpotifyRoom;
using testing::Tokens;

struct Fixture : SpotifyRoom {
  Fixture() { LogIn(); }
  void AlwaysAnswer(const ports::HttpAnswer& answer) {
    http.Answer([answer](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (IsTokenRequest(request)) return Tokens("access-1");
      return answer;
    });
  }
  Refusal RefusalOf(const std::string& path) {
    auto answer = api->Get({.path = path, .priority = Priority::kPlays});
    EXPECT_FALSE(answer) << path;
    return answer ? Refusal{} : answer.error();
  }
  std::int64_t WaitMs(const Refusal& refusal) const {
    return refusal.error.not_before ? refusal.error.not_before->value - clock.now_ms : -1;
  }
  std::string Error(int status, const std::string& message, const std::string& reason = "") const {
    return R"({"error":{"status":)" + std::to_string(status) + R"(,"message":")" + message + "\"" +
           (reason.empty() ? "" : R"(,"reason":")" + reason + "\"") + "}}";
  }
};

TEST(SpotifyApi, AsksWithTheTokenAndGivesTheAnswer) {
  Fixture at;
  at.AlwaysAnswer(Json(200, R"({"items":[]})"));
  const auto answer = at.api->Get({.path = "/me/player/recently-played",
                                   .query = {{"limit", "50"}, {"q", "a b&c"}},
                                   .priority = Priority::kPlays});
  ASSERT_TRUE(answer) << answer.error().error.Text();
  EXPECT_TRUE(answer->body.at("items").as_array().empty());
  EXPECT_EQ(answer->received_at, at.clock.Now());
  const ports::HttpRequest request = at.http.requests().at(0);
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.url, "https://api.spotify.com/v1/me/player/recently-played?limit=50&q=a%20b%26c");
  EXPECT_EQ(request.headers.at(0).first, "Authorization");
  EXPECT_EQ(request.redirects_max, 0);
  EXPECT_GT(request.answer_bytes_max, 0U);
}

TEST(SpotifyApi, NothingIsActiveIsAnAnswer) {
  Fixture at;
  at.AlwaysAnswer(Json(204, ""));
  const auto answer = at.api->Get({.path = "/me/player"});
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->body.is_null());
}

TEST(SpotifyApi, RenewsARefusedTokenOnceAndAsksOnceMore) {
  Fixture at;
  at.http.Answer([&at](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
    if (IsTokenRequest(request)) return Tokens("access-1");
    return at.http.requests().size() == 1 ? Json(401, at.Error(401, "The access token expired"))
                                          : Json(200, "{}");
  });
  ASSERT_TRUE(at.api->Get({.path = "/me"}));
  EXPECT_EQ(at.http.requests().size(), 3U);
  EXPECT_TRUE(at.api->Get({.path = "/me"}));
  EXPECT_EQ(at.http.requests().size(), 4U) << "the new one serves from now on";
}

TEST(SpotifyApi, ATokenThatIsRefusedThoughItIsNewWaits) {
  Fixture at;
  at.AlwaysAnswer(Json(401, at.Error(401, "Invalid access token")));
  const Refusal refusal = at.RefusalOf("/me");
  EXPECT_EQ(refusal.trouble, Trouble::kTokenRefused);
  EXPECT_EQ(refusal.error.code, ErrorCode::kRetryLater);
  EXPECT_GT(at.WaitMs(refusal), 0);
  EXPECT_EQ(at.http.requests().size(), 3U);
}

TEST(SpotifyApi, AMissingScopeIsNoReasonToRenew) {
  Fixture at;
  at.AlwaysAnswer(Json(401, at.Error(401, "Permissions missing")));
  const Refusal refusal = at.RefusalOf("/me/player");
  EXPECT_EQ(refusal.trouble, Trouble::kScopeMissing);
  EXPECT_EQ(refusal.error.code, ErrorCode::kUnauthorized);
  EXPECT_EQ(at.http.requests().size(), 1U);
  EXPECT_EQ(at.RefusalOf("/me/player").trouble, Trouble::kScopeMissing);
  EXPECT_EQ(at.http.requests().size(), 1U) << "it is not asked again";
}

TEST(SpotifyApi, WithoutALoginNothingIsSentAndNothingCounted) {
  SpotifyRoom room;
  const auto answer = room.api->Get({.path = "/me"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().trouble, Trouble::kLoginNeeded);
  EXPECT_TRUE(room.http.requests().empty());
  EXPECT_EQ(room.states.saves, 0);
}

TEST(SpotifyApi, WhatIsForbiddenIsNotAskedAgainForADayOverARestart) {
  Fixture at;
  at.AlwaysAnswer(Json(403, at.Error(403, "Forbidden")));
  EXPECT_EQ(at.RefusalOf("/audio-features/a").trouble, Trouble::kForbidden);
  at.Start();
  const Refusal refusal = at.RefusalOf("/audio-features/b");
  EXPECT_EQ(refusal.trouble, Trouble::kForbidden);
  EXPECT_EQ(at.WaitMs(refusal), kMsPerDay);
  EXPECT_EQ(at.http.requests().size(), 1U);
  at.clock.now_ms += kMsPerDay;
  at.AlwaysAnswer(Json(200, "{}"));
  EXPECT_TRUE(at.api->Get({.path = "/audio-features/b"}));
}

TEST(SpotifyApi, BeingShutOutIsToldWithItsRemedyEachTime) {
  for (const auto& [message, trouble] : std::map<std::string, Trouble>{
           {"User not registered in the Developer Dashboard", Trouble::kNotRegistered},
           {"Active premium subscription required for the owner of the app.", Trouble::kPremiumNeeded}}) {
    Fixture at;
    at.AlwaysAnswer(Json(403, at.Error(403, message)));
    EXPECT_EQ(at.RefusalOf("/me").trouble, trouble);
    EXPECT_EQ(at.RefusalOf("/tracks/a").trouble, trouble) << "of everything, without asking";
    EXPECT_EQ(at.http.requests().size(), 1U);
  }
}

TEST(SpotifyApi, ABurstHoldsEveryoneForAMoment) {
  Fixture at;
  at.AlwaysAnswer(Json(429, at.Error(429, "API rate limit exceeded"), {{"retry-after", "4"}}));
  const Refusal refusal = at.RefusalOf("/tracks/a");
  EXPECT_EQ(refusal.trouble, Trouble::kRateLimited);
  EXPECT_EQ(at.WaitMs(refusal), 4'000);
  EXPECT_EQ(at.WaitMs(at.RefusalOf("/me/player")), 4'000);
  EXPECT_EQ(at.http.requests().size(), 1U);
  at.clock.now_ms += 4'000;
  at.AlwaysAnswer(Json(200, "{}"));
  EXPECT_TRUE(at.api->Get({.path = "/me/player"}));
}

TEST(SpotifyApi, ASpentQuotaHoldsItsFamilyOnlyOverARestart) {
  for (const std::string reason : {"QUOTA_EXCEEDED", ""}) {  // older answers tell it by their length alone
    Fixture at;
    at.AlwaysAnswer(Json(429, at.Error(429, "Too many requests", reason), {{"retry-after", "48925"}}));
    const Refusal refusal = at.RefusalOf("/search");
    EXPECT_EQ(refusal.trouble, Trouble::kQuotaSpent);
    EXPECT_EQ(at.WaitMs(refusal), 48'925'000);
    at.Start();
    EXPECT_EQ(at.RefusalOf("/search").trouble, Trouble::kWaiting);
    EXPECT_EQ(at.WaitMs(at.RefusalOf("/search")), 48'925'000);
    at.AlwaysAnswer(Json(200, "{}"));
    EXPECT_TRUE(at.api->Get({.path = "/me/player/recently-played", .priority = Priority::kPlays}))
        << "plays go on";
    EXPECT_EQ(at.http.requests().size(), 2U);
  }
}

TEST(SpotifyApi, A429ThatDoesNotSayHowLongWaitsAllTheSame) {
  Fixture at;
  at.AlwaysAnswer(Json(429, "Too many requests", {{"retry-after", "soon"}}));
  EXPECT_EQ(at.WaitMs(at.RefusalOf("/me")), 30'000);
  Fixture other;
  other.AlwaysAnswer(Json(429, other.Error(429, "x", "QUOTA_EXCEEDED")));
  EXPECT_EQ(other.WaitMs(other.RefusalOf("/me")), 60 * base::kMsPerMinute);
  Fixture zero;
  zero.AlwaysAnswer(Json(429, "", {{"retry-after", "0"}}));
  EXPECT_EQ(zero.WaitMs(zero.RefusalOf("/me")), 1'000);
}

TEST(SpotifyApi, FaultsThatPassBackOffAndSayWhenToComeBack) {
  for (const auto& answer :
       {Json(500, ""), Json(502, R"({"error":{"status":502,"message":"Backend respond with 500"}})"),
        Json(503, "<html>"), Json(200, ""), Json(200, "<html>"), Json(200, R"({"items":[)"), Json(200, "7"),
        Json(200, "null"), Json(200, std::string(100'000, '[')), Json(302, ""), Json(201, "x")}) {
    Fixture at;
    at.AlwaysAnswer(answer);
    const Refusal refusal = at.RefusalOf("/me/playlists");
    EXPECT_EQ(refusal.error.code, ErrorCode::kRetryLater) << answer.status << answer.body.substr(0, 50);
    EXPECT_GT(at.WaitMs(refusal), 0);
    EXPECT_EQ(at.RefusalOf("/me/playlists").trouble, Trouble::kWaiting);
    EXPECT_EQ(at.http.requests().size(), 1U);
    at.clock.now_ms = refusal.error.not_before->value;
    at.AlwaysAnswer(Json(200, "{}"));
    EXPECT_TRUE(at.api->Get({.path = "/me/playlists"}));
  }
}

TEST(SpotifyApi, AnUnreachableServiceIsTriedLater) {
  Fixture at;
  at.http.Answer([](const ports::HttpRequest&) { return testing::NoNetwork(); });
  Refusal refusal = at.RefusalOf("/me");
  EXPECT_EQ(refusal.trouble, Trouble::kUnreachable);
  EXPECT_GT(at.WaitMs(refusal), 0);
  std::stop_source stop;
  stop.request_stop();
  at.clock.now_ms += base::kMsPerMinute;
  EXPECT_FALSE(at.api->Get({.path = "/me"}, stop.get_token()));
  at.AlwaysAnswer(Json(200, "{}"));
  EXPECT_TRUE(at.api->Get({.path = "/me"})) << "who was cancelled makes no one wait";
}

TEST(SpotifyApi, WrongRequestsAndUnknownIdsSetNoDeadline) {
  Fixture at;
  at.AlwaysAnswer(Json(404, at.Error(404, "Resource not found")));
  EXPECT_EQ(at.RefusalOf("/tracks/a").error.code, ErrorCode::kNotFound);
  at.AlwaysAnswer(Json(400, at.Error(400, "Invalid limit")));
  EXPECT_EQ(at.RefusalOf("/tracks/a").error.code, ErrorCode::kInvalidInput);
  at.AlwaysAnswer(Json(200, "{}"));
  EXPECT_TRUE(at.api->Get({.path = "/tracks/a"}));
}

TEST(SpotifyApi, MendsTextThatIsNotUtf8) {
  Fixture at;
  at.AlwaysAnswer(Json(200, "{\"name\":\"a\xFFz\"}"));
  const auto answer = at.api->Get({.path = "/tracks/a"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.at("name").as_string(), "a\xEF\xBF\xBDz");
}

TEST(SpotifyApi, SendsNoPathThatAnIdCouldBendElsewhere) {
  Fixture at;
  for (const std::string bad : {"/tracks/../me", "/tracks/a?x=1", "/tracks/a#b", "/tracks/a b", "me", "",
                                "/tracks/\r\n", "/tracks/a@b"}) {
    EXPECT_EQ(at.RefusalOf(bad).trouble, Trouble::kWrongRequest) << bad;
  }
  EXPECT_TRUE(at.http.requests().empty());
}

TEST(SpotifyApi, FollowsALinkAsItStandsButToTheApiOnly) {
  Fixture at;
  at.AlwaysAnswer(Json(200, "{}"));
  const std::string link = "https://api.spotify.com/v1/me/player/recently-played?before=1&limit=50&x=%2F";
  ASSERT_TRUE(at.api->GetLink(link, Priority::kPlays));
  EXPECT_EQ(at.http.requests().at(0).url, link);
  for (const std::string bad :
       {"https://evil.example/v1/me", "http://api.spotify.com/v1/me", "https://api.spotify.com:8443/v1/me",
        "https://api.spotify.com.evil.example/v1/me", "https://api.spotify.com@evil.example/v1/me",
        "https://u:p@api.spotify.com/v1/me", "https://evil.example/?https://api.spotify.com/v1/me",
        "https://api.spotify.com/v2/me", "https://api.spotify.com/v1/../x", "https://api.spotify.com/v10/me",
        "//api.spotify.com/v1/me", "/v1/me", "", "https://api.spotify.com\\@evil.example/v1/me"}) {
    const auto answer = at.api->GetLink(bad, Priority::kPlays);
    ASSERT_FALSE(answer) << bad;
    EXPECT_EQ(answer.error().error.code, ErrorCode::kCorrupt) << bad;
  }
  EXPECT_EQ(at.http.requests().size(), 1U);
}

TEST(SpotifyApi, AFailureOfOneListenerHoldsUpNoOther) {
  for (const bool is_refused : {true, false}) {
    Fixture at;
    SpotifyApi other(at.app, at.http, *at.session, *at.budget, *at.profile, at.clock);
    at.AlwaysAnswer(is_refused ? Json(401, at.Error(401, "Invalid access token"))
                               : Json(200, "{\"items\":["));
    std::int64_t wait_ms = 0;
    for (int i = 0; i < 12; ++i) {
      const Refusal refusal = at.RefusalOf("/me/player/recently-played");
      EXPECT_GE(at.WaitMs(refusal), wait_ms) << "ever longer";
      wait_ms = at.WaitMs(refusal);
      const std::size_t before = at.http.requests().size();
      (void)at.RefusalOf("/me/player/recently-played");
      EXPECT_EQ(at.http.requests().size(), before) << "not before it is over";
      at.clock.now_ms += wait_ms;
    }
    EXPECT_EQ(wait_ms, 10 * base::kMsPerMinute);
    (void)at.RefusalOf("/me/player/recently-played");
    at.AlwaysAnswer(Json(200, "{}"));
    EXPECT_TRUE(other.Get({.path = "/me/player/recently-played", .priority = Priority::kPlays}));
    at.clock.now_ms += wait_ms;
    EXPECT_TRUE(at.api->Get({.path = "/me/player/recently-played", .priority = Priority::kPlays}));
    at.AlwaysAnswer(Json(200, "{\"items\":["));
    EXPECT_LT(at.WaitMs(at.RefusalOf("/me/player/recently-played")), 10'000) << "it had answered in between";
  }
}

TEST(SpotifyApi, ASlowAnswerIsOfTheMiddleOfItsWay) {
  Fixture at;
  at.http.Answer([&at](const ports::HttpRequest&) {
    at.clock.now_ms += 4'000;
    return Json(200, "{}");
  });
  const std::int64_t sent_ms = at.clock.now_ms;
  EXPECT_EQ(at.api->Get({.path = "/me/player"})->ToldAtMs(), sent_ms + 2'000);
}

TEST(SpotifyApi, AnOldAnswerIsOfWhenItsCacheSays) {
  Fixture at;
  const auto told_before = [&at](const std::string& age) {
    at.AlwaysAnswer(Json(200, "{}", {{"age", age}}));
    return at.clock.now_ms - at.api->Get({.path = "/me/player"})->ToldAtMs();
  };
  EXPECT_EQ(told_before("6"), 6'000);
  EXPECT_EQ(told_before("0"), 0);
  for (const std::string none : {"", "-3", "soon", "6 s", "1e3", "99999999999999999999"})
    EXPECT_EQ(told_before(none), 0) << none;
  EXPECT_EQ(told_before("999999999999"), base::kMsPerDay);
}

TEST(SpotifyApi, CountsEveryRequestItSends) {
  Fixture at;
  at.limits.rate_max = 3;
  at.Start();
  at.AlwaysAnswer(Json(200, "{}"));
  for (int i = 0; i < 10; ++i) (void)at.api->Get({.path = "/me/player", .priority = Priority::kPlays});
  EXPECT_EQ(at.http.requests().size(), 3U);
}

}  // namespace
}  // namespace earprint::sources::spotify
