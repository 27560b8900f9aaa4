#include "sources/spotify/spotify_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

using base::ErrorCode;
using base::kMsPerDay;
using ::testing::ElementsAre;
using testing::Json;
using testing::ParameterOf;
using testing::SpotifyRoom;
using testing::Tokens;

constexpr std::int64_t kHourMs = 3'600'000;

std::string TokenOf(const Asked<AccessToken>& token) {
  return token ? std::string(token->text->Reveal()) : "refused: " + token.error().error.Text();
}

TEST(SpotifySession, NeedsALoginUntilSomeoneLogsIn) {
  SpotifyRoom room;
  const auto token = room.session->Token();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().trouble, Trouble::kLoginNeeded);
  EXPECT_EQ(token.error().error.code, ErrorCode::kUnauthorized);
  EXPECT_EQ(room.session->Access().state, LoginState::kLoginNeeded);
  room.LogIn();
  EXPECT_EQ(TokenOf(room.session->Token()), "access-0");
  EXPECT_EQ(room.session->Access().state, LoginState::kLoggedIn);
  EXPECT_EQ(room.session->Access().notice, "");
  EXPECT_TRUE(room.http.requests().empty());
}

TEST(SpotifySession, KeepsTheLoginOverARestart) {
  SpotifyRoom room;
  room.LogIn();
  room.Start();
  EXPECT_EQ(TokenOf(room.session->Token()), "access-0");
  EXPECT_TRUE(room.http.requests().empty()) << "the access token is kept too";
}

TEST(SpotifySession, RenewsTheTokenBeforeItEndsAndKeepsTheOldRefreshTokenWhereNoneComes) {
  SpotifyRoom room;
  room.LogIn();
  room.http.Answer([](const ports::HttpRequest&) { return Tokens("access-1"); });
  room.clock.now_ms += kHourMs - base::kMsPerMinute;
  EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
  const ports::HttpRequest request = room.http.requests().at(0);
  EXPECT_EQ(ParameterOf(request.body, "grant_type"), "refresh_token");
  EXPECT_EQ(ParameterOf(request.body, "refresh_token"), "refresh-0");
  EXPECT_EQ(ParameterOf(request.body, "client_id"), "client-1");
  room.clock.now_ms += kHourMs;
  EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
  EXPECT_EQ(ParameterOf(room.http.requests().at(1).body, "refresh_token"), "refresh-0");
}

TEST(SpotifySession, TakesARotatedRefreshTokenAndKeepsItOverARestart) {
  SpotifyRoom room;
  room.LogIn();
  room.http.Answer([](const ports::HttpRequest&) { return Tokens("access-1", "refresh-1"); });
  room.clock.now_ms += kHourMs;
  EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
  room.Start();
  room.clock.now_ms += kHourMs;
  EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
  EXPECT_EQ(ParameterOf(room.http.requests().at(1).body, "refresh_token"), "refresh-1");
}

TEST(SpotifySession, UsesNoTokenThatCouldNotBeKept) {
  SpotifyRoom room;
  room.LogIn();
  room.http.Answer([](const ports::HttpRequest&) { return Tokens("access-1", "refresh-1"); });
  room.clock.now_ms += kHourMs;
  room.tokens.fails = true;
  const auto token = room.session->Token();
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().error.code, ErrorCode::kRetryLater);
  EXPECT_FALSE(room.session->Token());
  EXPECT_EQ(room.http.requests().size(), 1U) << "what was granted is kept first, not asked for again";
  room.tokens.fails = false;
  EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
  EXPECT_EQ(room.http.requests().size(), 1U);
}

TEST(SpotifySession, ATokenThatEndsAtOnceIsAskedForOnceACall) {
  SpotifyRoom room;
  room.LogIn();
  room.clock.now_ms += kHourMs;
  room.http.Answer(
      [](const ports::HttpRequest&) { return Json(200, R"({"access_token":"access-1","expires_in":1})"); });
  for (std::size_t call = 1; call <= 3; ++call) {
    EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
    EXPECT_EQ(room.http.requests().size(), call);
  }
}

TEST(SpotifySession, NeedingALoginIsAStateThatStays) {
  SpotifyRoom room;
  room.LogIn();
  room.http.Answer([](const ports::HttpRequest&) { return Json(400, R"({"error":"invalid_grant"})"); });
  room.clock.now_ms += kHourMs;
  for (int i = 0; i < 3; ++i) {
    const auto token = room.session->Token();
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().trouble, Trouble::kLoginNeeded);
    if (i == 1) room.Start();
  }
  EXPECT_EQ(room.http.requests().size(), 1U) << "a token that is no good is shown once";
  EXPECT_THAT(room.session->Access().notice,
              ::testing::StartsWith("log in to Spotify: access has ended or was taken back"));
  EXPECT_EQ(room.tokens.secrets.begin()->second.find("refresh-0"), std::string::npos);
  room.LogIn("access-5", "refresh-5");
  EXPECT_EQ(TokenOf(room.session->Token()), "access-5");
}

TEST(SpotifySession, PassingFaultsOfTheAccountsServiceCostNoLogin) {
  for (const auto& answer : {Json(500, ""), Json(503, "<html>"), Json(200, "not json"),
                             Json(200, R"({"token_type":"Bearer"})"), Json(200, R"({"access_token":"a b"})"),
                             Json(200, R"({"access_token":"a\r\nX: y"})"), Json(200, R"({"access_token":7})"),
                             Json(200, R"({"access_token":"a","token_type":"mac"})"), Json(302, "")}) {
    SpotifyRoom room;
    room.LogIn();
    room.clock.now_ms += kHourMs;
    room.http.Answer([&answer](const ports::HttpRequest&) { return answer; });
    const auto token = room.session->Token();
    ASSERT_FALSE(token) << answer.body;
    EXPECT_EQ(token.error().error.code, ErrorCode::kRetryLater) << answer.body;
    ASSERT_TRUE(token.error().error.not_before.has_value()) << answer.body;
    EXPECT_FALSE(room.session->Token());
    EXPECT_EQ(room.http.requests().size(), 1U) << "no one hammers a service that is down";
    room.http.Answer([](const ports::HttpRequest&) { return Tokens("access-1"); });
    room.clock.now_ms = token.error().error.not_before->value;
    EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
  }
}

TEST(SpotifySession, HeedsTheAccountsServicesRetryAfterOverARestart) {
  SpotifyRoom room;
  room.LogIn();
  room.clock.now_ms += kHourMs;
  room.http.Answer([](const ports::HttpRequest&) { return Json(429, "", {{"retry-after", "100"}}); });
  EXPECT_EQ(room.session->Token().error().error.not_before->value, room.clock.now_ms + 100'000);
  room.Start();
  EXPECT_EQ(room.session->Token().error().error.not_before->value, room.clock.now_ms + 100'000);
  EXPECT_EQ(room.http.requests().size(), 1U);
}

TEST(SpotifySession, SaysThatTheApplicationIsNotKnown) {
  SpotifyRoom room;
  room.LogIn();
  room.clock.now_ms += kHourMs;
  room.http.Answer([](const ports::HttpRequest&) {
    return Json(400, R"({"error":"invalid_client","error_description":"Invalid client"})");
  });
  const auto token = room.session->Token();
  EXPECT_EQ(token.error().trouble, Trouble::kWrongRequest);
  EXPECT_EQ(token.error().error.cause, "Spotify does not know the application");
  EXPECT_EQ(room.session->Access().state, LoginState::kLoggedIn);
}

TEST(SpotifySession, TellsTheEndOfAccessThirtyDaysAhead) {
  SpotifyRoom room;
  room.LogIn();
  const std::int64_t ends_ms = room.session->Access().ends_at->value;
  const auto notice = [&](std::int64_t left_ms) {
    room.clock.now_ms = ends_ms - left_ms;
    return room.session->Access().notice;
  };
  EXPECT_EQ(notice(31 * kMsPerDay), "");
  EXPECT_EQ(notice(30 * kMsPerDay), "access to Spotify ends in 30 days: log in again before then");
  EXPECT_EQ(notice(13 * kMsPerDay - 1), "access to Spotify ends in 12 days: log in again before then");
  EXPECT_EQ(notice(kMsPerDay), "access to Spotify ends in 1 day: log in again before then");
  EXPECT_EQ(notice(kMsPerDay - 1), "access to Spotify ends within a day: log in again before then");
  EXPECT_EQ(notice(0), "access to Spotify has ended after six months: log in again");
}

TEST(SpotifySession, RenewingDoesNotPutOffTheEndOfAccess) {
  SpotifyRoom room;
  room.LogIn();
  const auto ends_at = room.session->Access().ends_at;
  room.http.Answer([](const ports::HttpRequest&) { return Tokens("access-1", "refresh-1"); });
  room.clock.now_ms += 20 * kMsPerDay;
  EXPECT_EQ(TokenOf(room.session->Token()), "access-1");
  EXPECT_EQ(room.session->Access().ends_at, ends_at);
  room.Start();
  EXPECT_EQ(room.session->Access().ends_at, ends_at);
}

TEST(EndOfAccess, IsSixMonthsByTheCalendar) {
  const auto end = [](const std::string& authorized) {
    return base::FormatInstant(EndOfAccess(base::ParseInstant(authorized)->at));
  };
  EXPECT_EQ(end("2026-01-15T10:20:30Z"), "2026-07-15T10:20:30Z");
  EXPECT_EQ(end("2026-08-31T00:00:00Z"), "2027-02-28T00:00:00Z");
  EXPECT_EQ(end("2027-08-31T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(end("2026-11-23T23:59:59.5Z"), "2027-05-23T23:59:59.500Z");
}

TEST(SpotifySession, NamesTheScopesThatWereNotAllowed) {
  SpotifyRoom room;
  room.app.scopes = {"user-top-read", "user-library-read", "playlist-read-private"};
  room.Start();
  room.LogIn();
  EXPECT_THAT(room.session->Access().missing_scopes, ElementsAre()) << "an answer may leave the scopes out";
  room.http.Answer([](const ports::HttpRequest&) {
    return Tokens("access-1", "", "playlist-read-private user-top-read-more");
  });
  room.clock.now_ms += kHourMs;
  ASSERT_TRUE(room.session->Token());
  EXPECT_THAT(room.session->Access().missing_scopes, ElementsAre("user-top-read", "user-library-read"));
}

TEST(SpotifySession, AKeptLoginOfAnotherApplicationOrThatDoesNotOpenIsALoginNeeded) {
  SpotifyRoom room;
  room.LogIn();
  room.app.client_id = "client-2";
  room.Start();
  EXPECT_EQ(room.session->Access().notice, "log in to Spotify: the kept login is for another application");
  for (const std::string bad : {"", "x", "[]", R"({"version":2})", R"({"version":1,"refresh_token":5})",
                                R"({"version":1,"listener":"you"})"}) {
    room.tokens.secrets.begin()->second = bad;
    room.Start();
    EXPECT_EQ(room.session->Access().notice, "log in to Spotify: the kept login cannot be read") << bad;
    EXPECT_EQ(room.session->Token().error().trouble, Trouble::kLoginNeeded);
  }
}

TEST(SpotifySession, LogsOutForGood) {
  SpotifyRoom room;
  room.LogIn();
  ASSERT_TRUE(room.session->LogOut());
  EXPECT_FALSE(room.session->Token());
  EXPECT_TRUE(room.tokens.secrets.empty());
  room.Start();
  EXPECT_FALSE(room.session->Token());
}

TEST(SpotifySession, ALoginThatCannotBeKeptLeavesTheOldOne) {
  SpotifyRoom room;
  room.LogIn();
  LoginOutcome outcome{
      "me", {base::SecretText("access-5"), base::SecretText("refresh-5"), "", kHourMs}, room.clock.Now()};
  room.tokens.fails = true;
  EXPECT_FALSE(room.session->LogIn(std::move(outcome)));
  room.tokens.fails = false;
  EXPECT_EQ(TokenOf(room.session->Token()), "access-0");
  LoginOutcome other{"you", {base::SecretText("a"), base::SecretText("r"), "", kHourMs}, room.clock.Now()};
  EXPECT_EQ(room.session->LogIn(std::move(other)).error().code, ErrorCode::kInvalidInput);
}

TEST(SpotifySession, WhatARefreshBringsForAnOlderLoginIsDropped) {
  SpotifyRoom room;
  room.LogIn();
  room.clock.now_ms += kHourMs;
  room.http.Answer([&room](const ports::HttpRequest&) {  // while the refresh is under way
    room.LogIn("access-5", "refresh-5");
    return Json(400, R"({"error":"invalid_grant"})");
  });
  EXPECT_EQ(TokenOf(room.session->Token()), "access-5");
  EXPECT_EQ(room.session->Access().state, LoginState::kLoggedIn);
  room.clock.now_ms += kHourMs;
  room.http.Answer([&room](const ports::HttpRequest&) {
    EXPECT_TRUE(room.session->LogOut());
    return Tokens("access-6", "refresh-6");
  });
  EXPECT_EQ(room.session->Token().error().trouble, Trouble::kLoginNeeded);
  EXPECT_TRUE(room.tokens.secrets.empty()) << "who logged out has left nothing";
}

RC_GTEST_PROP(SpotifySession, ManyThreadsMakeOneRefresh, ()) {
  SpotifyRoom room;
  room.LogIn();
  room.clock.now_ms += kHourMs;
  const int count = *rc::gen::inRange(2, 9);
  const bool rotates = *rc::gen::arbitrary<bool>(), fails = *rc::gen::arbitrary<bool>();
  std::latch ready(count);
  std::atomic<int> refreshes = 0, served = 0, refused = 0;
  room.http.Answer([&](const ports::HttpRequest&) -> base::Result<ports::HttpAnswer> {
    ++refreshes;
    for (int i = 0; i < 100; ++i) std::this_thread::yield();
    if (fails) return Json(503, "");
    return Tokens("access-1", rotates ? "refresh-1" : "");
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&] {
      ready.arrive_and_wait();
      const auto token = room.session->Token();
      served += token && token->text->Reveal() == "access-1";
      refused += !token && token.error().error.code == ErrorCode::kRetryLater;
    });
  }
  for (std::thread& thread : threads) thread.join();
  RC_ASSERT(refreshes == 1);
  RC_ASSERT(served == (fails ? 0 : count));
  RC_ASSERT(refused == (fails ? count : 0));
}

TEST(SpotifySession, ManyThreadsWithTheSameRefusedTokenMakeOneRefresh) {
  SpotifyRoom room;
  room.LogIn();
  const AccessToken old = *room.session->Token();
  std::atomic<int> refreshes = 0;
  room.http.Answer(
      [&](const ports::HttpRequest&) { return Tokens("access-" + std::to_string(++refreshes)); });
  std::vector<std::thread> threads;
  std::atomic<int> served = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { served += TokenOf(room.session->TokenAfter(old)) == "access-1"; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(refreshes, 1);
  EXPECT_EQ(served, 8);
}

TEST(SpotifySession, WhoIsCancelledWhileOthersWaitLeavesThemToAskForThemselves) {
  SpotifyRoom room;
  room.LogIn();
  room.clock.now_ms += kHourMs;
  std::latch asked(1), go_on(1);
  std::atomic<int> requests = 0;
  std::stop_source stop;
  room.http.Answer([&](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
    if (++requests > 1) return Tokens("access-1");
    asked.count_down();
    go_on.wait();
    EXPECT_TRUE(request.cancel.stop_requested());
    return testing::NoNetwork();
  });
  std::string first, second;
  std::thread one([&] { first = TokenOf(room.session->Token(stop.get_token())); });
  asked.wait();
  std::thread two([&] { second = TokenOf(room.session->Token()); });
  stop.request_stop();
  go_on.count_down();
  one.join();
  two.join();
  EXPECT_TRUE(first.starts_with("refused: ")) << first;
  EXPECT_EQ(second, "access-1");
}

TEST(SpotifySession, AWaiterCanBeCancelled) {
  SpotifyRoom room;
  room.LogIn();
  room.clock.now_ms += kHourMs;
  std::latch asked(1), go_on(1);
  room.http.Answer([&](const ports::HttpRequest&) -> base::Result<ports::HttpAnswer> {
    asked.count_down();
    go_on.wait();
    return Tokens("access-1");
  });
  std::string first;
  std::thread one([&] { first = TokenOf(room.session->Token()); });
  asked.wait();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(room.session->Token(stop.get_token()).error().error.cause, "cancelled");
  go_on.count_down();
  one.join();
  EXPECT_EQ(first, "access-1");
}

TEST(SpotifySession, WhatAnotherProcessEndedOrRenewedIsNotWrittenOver) {
  for (const bool is_renewed : {false, true}) {
    SpotifyRoom room;
    room.LogIn();
    const std::string name = SealedLoginName("me");
    SealedLogin other = *ReadSealedLogin(base::SecretText(room.tokens.secrets[name]));
    other.authorized_at.value += 1;
    other.refresh_token = base::SecretText("theirs");
    room.http.Answer([&](const ports::HttpRequest&) {
      // While the request for tokens is under way.
      room.tokens.secrets.erase(name);
      if (is_renewed) room.tokens.secrets[name] = WriteSealedLogin(other).Reveal();
      return Tokens("access-1", "refresh-1");
    });
    room.clock.now_ms += 3'600'000;
    const auto token = room.session->Token();
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().trouble, Trouble::kLoginNeeded);
    EXPECT_EQ(room.tokens.secrets.contains(name), is_renewed);
    if (!is_renewed) continue;
    EXPECT_EQ(ReadSealedLogin(base::SecretText(room.tokens.secrets[name]))->refresh_token.Reveal(), "theirs");
    room.Start();
    EXPECT_EQ(room.session->Access().state, LoginState::kLoggedIn) << "theirs serves who opens it next";
  }
}

}  // namespace
}  // namespace earprint::sources::spotify
