#include "sources/spotify/spotify_login.hpp"

#include <gtest/gtest.h>

#include "sources/spotify/callback_query.hpp"
#include "sources/spotify/login_proof.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::sources::spotify {
namespace {

using base::ErrorCode;
using base::SecretText;
using testing::Json;
using testing::ParameterOf;
using testing::Tokens;

struct Fixture {
  testing::ScriptedHttp http{
      [](const ports::HttpRequest&) { return Tokens("access-1", "refresh-1", "user-top-read"); }};
  testing::StoppedClock clock;
  testing::SeededRandom random;
  SpotifyLogin login{SpotifyApp{.client_id = "client-1"}, http, clock, random};

  std::string Begin(const std::string& listener = "me") {
    const auto url = login.Begin(listener, LoopbackRedirect(8300));
    EXPECT_TRUE(url) << url.error().Text();
    return url.value_or("");
  }
  std::string StateOf(const std::string& url) { return ParameterOf(url, "state"); }
};

TEST(ChallengeOf, IsAsInTheVectorOfRfc7636) {
  EXPECT_EQ(ChallengeOf(SecretText("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(RandomWord, IsMadeOfWhatAVerifierMayHold) {
  testing::SeededRandom random;
  const SecretText word = RandomWord(random, 64);
  EXPECT_EQ(word.Reveal().size(), 86U) << "43 to 128 characters are allowed";
  EXPECT_EQ(std::string(word.Reveal())
                .find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
  EXPECT_NE(RandomWord(random, 64).Reveal(), word.Reveal());
}

TEST(IsSameSecret, ComparesWholeTexts) {
  EXPECT_TRUE(IsSameSecret("abc", "abc"));
  EXPECT_TRUE(IsSameSecret("", ""));
  EXPECT_FALSE(IsSameSecret("abc", "abd"));
  EXPECT_FALSE(IsSameSecret("abc", "ab"));
  EXPECT_FALSE(IsSameSecret("", "a"));
}

TEST(SpotifyLogin, SendsTheBrowserToTheLoginPage) {
  Fixture at;
  const std::string url = at.Begin();
  EXPECT_TRUE(url.starts_with(
      "https://accounts.spotify.com/authorize?response_type=code&client_id=client-1&redirect_uri="
      "http%3A%2F%2F127.0.0.1%3A8300%2Fcallback&scope=user-read-recently-played%20"))
      << url;
  EXPECT_EQ(ParameterOf(url, "show_dialog"), "true") << "else a known browser logs in whoever it knows";
  EXPECT_EQ(ParameterOf(url, "code_challenge_method"), "S256");
  EXPECT_EQ(ParameterOf(url, "code_challenge").size(), 43U);
  EXPECT_EQ(at.StateOf(url).size(), 43U);
  EXPECT_NE(at.StateOf(at.Begin()), at.StateOf(url));
}

TEST(SpotifyLogin, ExchangesTheCodeWithTheVerifierOfItsChallenge) {
  Fixture at;
  const std::string url = at.Begin();
  const auto outcome = at.login.Finish("code=co%2Bde&state=" + at.StateOf(url));
  ASSERT_TRUE(outcome) << outcome.error().error.Text();
  EXPECT_EQ(outcome->listener, "me");
  EXPECT_EQ(outcome->grant.access_token.Reveal(), "access-1");
  EXPECT_EQ(outcome->grant.refresh_token->Reveal(), "refresh-1");
  EXPECT_EQ(outcome->grant.expires_in_ms, 3'600'000);
  EXPECT_EQ(outcome->authorized_at, at.clock.Now());
  ASSERT_EQ(at.http.requests().size(), 1U);
  const ports::HttpRequest request = at.http.requests()[0];
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://accounts.spotify.com/api/token");
  EXPECT_EQ(request.redirects_max, 0);
  EXPECT_EQ(ParameterOf(request.body, "grant_type"), "authorization_code");
  EXPECT_EQ(ParameterOf(request.body, "code"), "co%2Bde");
  EXPECT_EQ(ParameterOf(request.body, "client_id"), "client-1");
  EXPECT_EQ(ParameterOf(request.body, "redirect_uri"), "http%3A%2F%2F127.0.0.1%3A8300%2Fcallback");
  const std::string verifier = ParameterOf(request.body, "code_verifier");
  EXPECT_EQ(ChallengeOf(SecretText(verifier)), ParameterOf(url, "code_challenge"));
  EXPECT_EQ(url.find(verifier), std::string::npos) << "the verifier goes to no browser";
}

TEST(SpotifyLogin, AStateIsGoodOnce) {
  Fixture at;
  const std::string query = "code=c&state=" + at.StateOf(at.Begin());
  ASSERT_TRUE(at.login.Finish(query));
  const auto replayed = at.login.Finish(query);
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().trouble, Trouble::kUnasked);
  EXPECT_EQ(replayed.error().error.code, ErrorCode::kUnauthorized);
  EXPECT_EQ(at.http.requests().size(), 1U) << "nothing is sent for it";
}

TEST(SpotifyLogin, RefusesAStateThatIsNotItsOwnAndKeepsTheLoginUnderWay) {
  Fixture at;
  const std::string state = at.StateOf(at.Begin());
  for (const std::string& query :
       {std::string("code=c&state=x"), "code=c&state=" + state.substr(1), "code=c&state=" + state + "a",
        std::string("code=c"), std::string("code=c&state="), "error=access_denied&state=" + state.substr(1),
        std::string()}) {
    EXPECT_FALSE(at.login.Finish(query)) << query;
  }
  EXPECT_TRUE(at.http.requests().empty());
  EXPECT_TRUE(at.login.Finish("code=c&state=" + state)) << "a stranger's answer ends no login";
}

TEST(SpotifyLogin, ACodeOfAnotherLoginIsShownWithOurVerifierOnly) {
  Fixture at;
  const std::string mine = at.Begin("me"), yours = at.Begin("you");
  at.http.Answer([](const ports::HttpRequest&) {
    return Json(400, R"({"error":"invalid_grant","error_description":"SECRETcode"})");
  });
  const auto stolen = at.login.Finish("code=yours&state=" + at.StateOf(mine));
  ASSERT_FALSE(stolen);
  EXPECT_EQ(stolen.error().trouble, Trouble::kLoginNeeded);
  const std::string verifier = ParameterOf(at.http.requests().at(0).body, "code_verifier");
  EXPECT_EQ(ChallengeOf(SecretText(verifier)), ParameterOf(mine, "code_challenge"));
  EXPECT_NE(ChallengeOf(SecretText(verifier)), ParameterOf(yours, "code_challenge"));
  EXPECT_FALSE(at.login.Finish("code=mine&state=" + at.StateOf(mine))) << "the state is used up";
}

TEST(SpotifyLogin, SaysThatTheListenerDidNotAgree) {
  Fixture at;
  auto denied = at.login.Finish("error=access_denied&state=" + at.StateOf(at.Begin()));
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().error.cause, "the listener did not agree");
  EXPECT_EQ(denied.error().error.code, ErrorCode::kUnauthorized);
  denied = at.login.Finish("error=SECRET-text&state=" + at.StateOf(at.Begin()));
  EXPECT_EQ(denied.error().error.cause, "Spotify ended the login: other");
  denied = at.login.Finish("error=server_error&state=" + at.StateOf(at.Begin()));
  EXPECT_EQ(denied.error().error.cause, "Spotify ended the login: server_error");
  EXPECT_TRUE(at.http.requests().empty());
}

TEST(SpotifyLogin, ALoginMayTakeTenMinutes) {
  Fixture at;
  std::string state = at.StateOf(at.Begin());
  at.clock.now_ms += kLoginMsMax + 1;
  EXPECT_FALSE(at.login.Finish("code=c&state=" + state));
  state = at.StateOf(at.Begin());
  at.clock.now_ms += kLoginMsMax;
  EXPECT_TRUE(at.login.Finish("code=c&state=" + state));
}

TEST(SpotifyLogin, ForgetsTheOldestOfTooManyLogins) {
  Fixture at;
  const std::string oldest = at.StateOf(at.Begin()), second = at.StateOf(at.Begin());
  for (std::size_t i = 1; i < kLoginsBegunMax; ++i) at.Begin();
  EXPECT_FALSE(at.login.Finish("code=c&state=" + oldest));
  EXPECT_TRUE(at.login.Finish("code=c&state=" + second));
}

TEST(SpotifyLogin, AnAnswerWithoutARefreshTokenIsNoLogin) {
  Fixture at;
  at.http.Answer([](const ports::HttpRequest&) { return Tokens("access-1"); });
  const auto outcome = at.login.Finish("code=c&state=" + at.StateOf(at.Begin()));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().trouble, Trouble::kUnreadable);
}

TEST(SpotifyLogin, NeedsAClientId) {
  Fixture at;
  SpotifyLogin login({}, at.http, at.clock, at.random);
  EXPECT_EQ(login.Begin("me", LoopbackRedirect(1)).error().code, ErrorCode::kInvalidInput);
}

TEST(CheckRedirect, TakesWhatSpotifyTakes) {
  for (const std::string sound :
       {"http://127.0.0.1:8300/callback", "http://127.0.0.1/callback", "http://[::1]:8300/callback",
        "https://music.example/callback", "https://localhost/callback"}) {
    EXPECT_TRUE(CheckRedirect(sound)) << sound;
  }
  for (const std::string bad :
       {"http://localhost:8300/callback", "http://192.168.1.5:8300/callback",
        "http://127.0.0.1.evil.example/", "http://127.0.0.1@evil.example/", "https://u:p@music.example/",
        "app:/callback", "callback", "", "https://music.example/?x=1", "https://music.example/#x",
        "http://127.0.0.1:8300/\r\nX: y"}) {
    EXPECT_FALSE(CheckRedirect(bad)) << bad;
  }
  EXPECT_EQ(CheckRedirect("http://localhost/").error().cause, "Spotify does not take the name localhost");
}

TEST(ReadCallbackQuery, ReadsOneStateAndOneCodeOrError) {
  auto read = ReadCallbackQuery("code=a%2Fb&state=s-_.~1&extra=1");
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_EQ(read->code->Reveal(), "a/b");
  EXPECT_EQ(read->state.Reveal(), "s-_.~1");
  EXPECT_FALSE(read->error.has_value());
  read = ReadCallbackQuery("error=access_denied&state=s");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->error, "access_denied");
}

TEST(ReadCallbackQuery, RefusesEverythingElseAndRepeatsNothing) {
  for (const std::string& bad :
       {std::string(), std::string("?"), std::string("state=s"), std::string("code=SECRET"),
        std::string("code=SECRET&error=e&state=s"), std::string("code=SECRET&code=SECRET2&state=s"),
        std::string("code=SECRET&state=s&state=s"), std::string("code=&state=s"),
        std::string("code=SECRET&state="), std::string("code=SECRET%0d%0a&state=s"),
        std::string("code=SECRET%00&state=s"), std::string("code=SECRET%2&state=s"),
        std::string("code=SECRET%zz&state=s"), std::string("code=SE CRET&state=s"), std::string("code&state"),
        "code=SECRET&state=" + std::string(5'000, 's')}) {
    const auto read = ReadCallbackQuery(bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidInput);
    EXPECT_EQ(read.error().Text().find("SECRET"), std::string::npos);
  }
}

}  // namespace
}  // namespace earprint::sources::spotify
