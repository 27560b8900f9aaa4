// No secret stands in what these classes give out, on any path on which they fail.
#include <gtest/gtest.h>

#include <functional>

#include "sources/spotify/spotify_pages.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

using testing::IsTokenRequest;
using testing::Json;
using testing::ParameterOf;
using testing::SpotifyRoom;
using testing::Tokens;

/// Each secret has this in it; whatever we give out must not.
const std::string kMark = "SECRET";
const std::string kAccess = "SECRETaccess", kRefresh = "SECRETrefresh", kCode = "SECRETcode";

/// Each way in which the web may answer: statuses, shapes, and secrets that are echoed back.
std::vector<base::Result<ports::HttpAnswer>> Answers() {
  const std::string echo = kAccess + " " + kRefresh + " " + kCode;
  std::vector<base::Result<ports::HttpAnswer>> answers = {
      testing::NoNetwork(),
      base::Fail(base::ErrorCode::kCorrupt, "ask the web", "https://api.spotify.com/v1/me", "too large")};
  for (const int status : {200, 201, 204, 302, 400, 401, 403, 404, 418, 429, 500, 503}) {
    for (const std::string& body :
         {std::string(), echo, "{\"error\":\"" + echo + "\"}",
          R"({"error":"invalid_grant","error_description":")" + echo + "\"}",
          R"({"error":"invalid_client","error_description":")" + echo + "\"}",
          R"({"error":{"status":400,"message":")" + echo + "\"}}",
          R"({"error":{"message":"Insufficient client scope )" + echo + "\"}}",
          R"({"access_token":")" + echo + "\"}", R"({"access_token":5,"refresh_token":")" + echo + "\"}",
          R"({"items":")" + echo + "\"}",
          R"({"items":[],"next":"https://evil.example/?)" + kAccess + "\"}"}) {
      answers.emplace_back(
          Json(status, body, {{"retry-after", echo}, {"location", "https://x/?" + kAccess}}));
    }
  }
  return answers;
}

/// All that a refusal says.
std::string Words(const Refusal& refusal) {
  const base::Error& error = refusal.error;
  return error.Text() + error.op + error.subject + error.cause + error.hint;
}

void ExpectSilent(const SpotifyRoom& room) {
  const AccessReport report = room.session->Access();
  EXPECT_EQ(report.notice.find(kMark), std::string::npos) << report.notice;
  for (const auto& [name, document] : room.states.documents) {
    EXPECT_EQ(name.find(kMark), std::string::npos);
    EXPECT_EQ(document.find(kMark), std::string::npos) << document;
  }
  for (const auto& [name, secret] : room.tokens.secrets) EXPECT_EQ(name.find(kMark), std::string::npos);
  for (const ports::HttpRequest& request : room.http.requests()) {
    EXPECT_EQ(request.url.find(kMark), std::string::npos) << request.url;
  }
}

TEST(Secrets, StandInNoRefusalOfACall) {
  for (const auto& answer : Answers()) {
    SpotifyRoom room;
    room.LogIn(kAccess, kRefresh);
    room.http.Answer([&answer](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      if (IsTokenRequest(request)) return Tokens(kAccess + "2", kRefresh + "2");
      return answer;
    });
    SpotifyPages pages(*room.api, {.path = "/me/tracks"});
    for (int i = 0; i < 3; ++i) {
      const auto page = pages.Next();
      if (!page) {
        EXPECT_EQ(Words(page.error()).find(kMark), std::string::npos) << Words(page.error());
      }
    }
    ExpectSilent(room);
  }
}

TEST(Secrets, StandInNoRefusalOfARefresh) {
  for (const bool is_kept : {true, false}) {
    for (const auto& answer : Answers()) {
      SpotifyRoom room;
      room.LogIn(kAccess, kRefresh);
      room.clock.now_ms += 3'600'000;
      room.tokens.fails = !is_kept;
      room.http.Answer([&answer](const ports::HttpRequest&) { return answer; });
      const auto refused = room.api->Get({.path = "/me"});
      if (!refused) {
        EXPECT_EQ(Words(refused.error()).find(kMark), std::string::npos) << Words(refused.error());
      }
      ExpectSilent(room);
      room.Start();
      ExpectSilent(room);
    }
  }
}

TEST(Secrets, StandInNoRefusalOfALogin) {
  for (const auto& answer : Answers()) {
    SpotifyRoom room;
    SpotifyLogin login(room.app, room.http, room.clock, room.random);
    const std::string url = *login.Begin("me", LoopbackRedirect(8300));
    room.http.Answer([&answer](const ports::HttpRequest&) { return answer; });
    const auto outcome = login.Finish("code=" + kCode + "&state=" + ParameterOf(url, "state"));
    ASSERT_EQ(room.http.requests().size(), 1U);
    const std::string verifier = ParameterOf(room.http.requests()[0].body, "code_verifier");
    if (!outcome) {
      EXPECT_EQ(Words(outcome.error()).find(kMark), std::string::npos) << Words(outcome.error());
      EXPECT_EQ(Words(outcome.error()).find(verifier), std::string::npos);
      EXPECT_EQ(Words(outcome.error()).find(ParameterOf(url, "state")), std::string::npos);
    }
    EXPECT_EQ(url.find(verifier), std::string::npos);
    ExpectSilent(room);
  }
}

TEST(Secrets, StandInNoRefusalOfAnAnswerThatIsNotOurs) {
  SpotifyRoom room;
  SpotifyLogin login(room.app, room.http, room.clock, room.random);
  for (const std::string query :
       {"code=SECRET", "state=SECRET", "code=SECRET&state=SECRET", "error=SECRET&state=SECRET",
        "code=SECRET&code=SECRET&state=x", "code=%SECRET", "SECRET", "code=SECRET%00&state=x"}) {
    const auto outcome = login.Finish(query);
    ASSERT_FALSE(outcome);
    EXPECT_EQ(Words(outcome.error()).find(kMark), std::string::npos) << Words(outcome.error());
  }
}

TEST(Secrets, AKeptLoginThatCannotBeReadIsNotRepeated) {
  SpotifyRoom room;
  room.LogIn(kAccess, kRefresh);
  std::string& kept = room.tokens.secrets.begin()->second;
  const std::string sound = kept;
  for (std::size_t size = 0; size < sound.size(); ++size) {
    kept = sound.substr(0, size);
    room.Start();
    EXPECT_EQ(room.session->Access().state, LoginState::kLoginNeeded);
    ExpectSilent(room);
  }
}

}  // namespace
}  // namespace earprint::sources::spotify
