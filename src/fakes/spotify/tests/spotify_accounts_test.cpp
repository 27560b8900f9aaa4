// The accounts service: who may log in from where, and how long what it gives is good.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// RFC 7636, appendix B.
constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr const char* kChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
constexpr const char* kRedirect = "http://127.0.0.1:8300/callback";

struct AskedAccounts : AskedFake {
  using AskedFake::AskedFake;

  std::string Target(const std::string& redirect, const std::string& more = {}) const {
    return "/authorize?client_id=" + fake.app().client_id +
           "&response_type=code&state=s1&scope=user-top-read" +
           "&code_challenge_method=S256&code_challenge=" + kChallenge +
           "&redirect_uri=" + PercentEncode(redirect) + more;
  }
  WebAnswer Authorize(const std::string& redirect) { return fake.Answer(Question("GET", Target(redirect))); }
  WebAnswer Decide(const std::string& form) { return fake.Answer(Question("POST", Target(kRedirect), form)); }

  std::string Code() {
    const std::string to = *Find(Decide("listener=anna&decision=agree").headers, "location");
    const std::size_t at = to.find("code=") + 5;
    return to.substr(at, to.find('&', at) - at);
  }
  WebAnswer Token(const std::string& form, const std::string& authorization = {}) {
    WebRequest request = Question("POST", "/api/token", form);
    if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
    return fake.Answer(request);
  }
  std::string CodeForm(const std::string& code, const std::string& verifier = kVerifier,
                       const std::string& redirect = kRedirect) const {
    return "grant_type=authorization_code&client_id=" + fake.app().client_id + "&code=" + code +
           "&code_verifier=" + verifier + "&redirect_uri=" + PercentEncode(redirect);
  }
  std::string RefreshForm(const std::string& refresh) const {
    return "grant_type=refresh_token&client_id=" + fake.app().client_id + "&refresh_token=" + refresh;
  }
  std::string LogIn() { return TextOf(boost::json::parse(Token(CodeForm(Code())).body).at("refresh_token")); }
};

/// "400 invalid_grant: Refresh token revoked"
std::string Told(const WebAnswer& answer) {
  const auto body = boost::json::parse(answer.body).as_object();
  std::string text = std::to_string(answer.status) + " " + TextOf(body.at("error"));
  if (body.contains("error_description")) text += ": " + TextOf(body.at("error_description"));
  return text;
}

TEST(SpotifyAccounts, GiveTokensForACodeAndItsVerifier) {
  AskedAccounts accounts;
  const WebAnswer answer = accounts.Token(accounts.CodeForm(accounts.Code()));
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(Find(answer.headers, "cache-control"), "no-store");
  const auto body = boost::json::parse(answer.body);
  EXPECT_EQ(body.at("token_type"), Said("Bearer"));
  EXPECT_EQ(body.at("expires_in"), Said(3'600));
  EXPECT_EQ(body.at("scope"), Said("user-top-read"));
  accounts.token = TextOf(body.at("access_token"));
  EXPECT_EQ(accounts.Get("/me").status, 200);
}

TEST(SpotifyAccounts, AWrongVerifierGetsNothing) {
  AskedAccounts accounts;
  const std::string code = accounts.Code();
  std::string wrong = kVerifier;
  wrong.back() = 'l';
  EXPECT_EQ(Told(accounts.Token(accounts.CodeForm(code, wrong))),
            "400 invalid_grant: code_verifier was incorrect");
  EXPECT_EQ(Told(accounts.Token(accounts.CodeForm(code, "short"))),
            "400 invalid_grant: code_verifier was incorrect");
  EXPECT_EQ(Told(accounts.Token(accounts.CodeForm(code, kVerifier, "http://127.0.0.1:8301/callback"))),
            "400 invalid_grant: Invalid redirect URI");
}

TEST(SpotifyAccounts, AVerifierOf42CharactersIsTooShortThoughItFits) {
  AskedAccounts accounts;
  const std::string verifier(42, 'a');
  const std::string target =
      "/authorize?client_id=" + accounts.fake.app().client_id +
      "&response_type=code&code_challenge_method=S256&code_challenge=" + Base64Url(Sha256(verifier)) +
      "&redirect_uri=" + PercentEncode(kRedirect);
  const auto sent = accounts.fake.Answer(Question("POST", target, "listener=anna&decision=agree"));
  const std::string to = *Find(sent.headers, "location");
  EXPECT_EQ(Told(accounts.Token(accounts.CodeForm(to.substr(to.find("code=") + 5), verifier))),
            "400 invalid_grant: code_verifier was incorrect");
}

TEST(SpotifyAccounts, ACodeIsGoodOnceAndTheSecondUseTakesBackWhatItGave) {
  AskedAccounts accounts;
  const std::string code = accounts.Code();
  const auto given = boost::json::parse(accounts.Token(accounts.CodeForm(code)).body);
  EXPECT_EQ(Told(accounts.Token(accounts.CodeForm(code))), "400 invalid_grant: Invalid authorization code");
  EXPECT_EQ(Told(accounts.Token(accounts.RefreshForm(TextOf(given.at("refresh_token"))))),
            "400 invalid_grant: Refresh token revoked");
}

TEST(SpotifyAccounts, ACodeDiesAfterTenMinutes) {
  AskedAccounts accounts;
  const std::string code = accounts.Code();
  accounts.clock.Advance(10 * kMinuteMs);
  EXPECT_EQ(Told(accounts.Token(accounts.CodeForm(code))), "400 invalid_grant: Authorization code expired");
}

TEST(SpotifyAccounts, ALoopbackAddressRegisteredWithoutAPortTakesAny) {
  AskedAccounts accounts;
  EXPECT_EQ(accounts.Authorize("http://127.0.0.1:8300/callback").status, 200);
  EXPECT_EQ(accounts.Authorize("http://127.0.0.1:1/callback").status, 200);
  for (const char* wrong :
       {"http://127.0.0.1:8300/callback/", "http://127.0.0.1:8300/Callback",
        "http://127.0.0.1.example:8300/callback", "http://127.0.0.1:8300", "http://[::1]:8300/callback",
        "http://localhost:8300/callback", "https://x.example/", ""}) {
    const WebAnswer answer = accounts.Authorize(wrong);
    EXPECT_EQ(answer.status, 400) << wrong;
    EXPECT_THAT(answer.body, HasSubstr("INVALID_CLIENT: Invalid redirect URI")) << wrong;
    EXPECT_FALSE(Find(answer.headers, "location")) << "never a redirect to a stranger";
  }
}

TEST(SpotifyAccounts, RegisteredAddressesAreTakenAsTheyStand) {
  FakeClock clock(kNoon);
  RegisteredApp app;
  app.redirect_uris = {"http://[::1]/cb",       "http://127.0.0.1:9000/cb", "http://localhost/cb",
                       "http://192.168.1.5/cb", "https://x.example/cb",     "earprint://cb"};
  const SpotifySwitches switches;
  const SpotifyWorld world;
  const Accounts accounts(app, switches, world);
  EXPECT_TRUE(accounts.IsRegistered("http://[::1]:5000/cb"));
  EXPECT_TRUE(accounts.IsRegistered("http://127.0.0.1:9000/cb"));
  EXPECT_TRUE(accounts.IsRegistered("https://x.example/cb"));
  EXPECT_TRUE(accounts.IsRegistered("earprint://cb"));
  EXPECT_FALSE(accounts.IsRegistered("http://127.0.0.1:9001/cb")) << "registered with another port";
  EXPECT_FALSE(accounts.IsRegistered("http://localhost/cb")) << "refused though it is registered";
  EXPECT_FALSE(accounts.IsRegistered("http://192.168.1.5/cb"));
  EXPECT_FALSE(accounts.IsRegistered("https://x.example:444/cb"));
}

TEST(SpotifyAccounts, AWrongClientOrChallengeGetsAPage) {
  AskedAccounts accounts;
  const auto ask = [&](const std::string& query) {
    return accounts.fake.Answer(
        Question("GET", "/authorize?" + query + "&redirect_uri=" + PercentEncode(kRedirect)));
  };
  const std::string client = "client_id=" + accounts.fake.app().client_id;
  EXPECT_THAT(ask("client_id=nobody&response_type=code").body, HasSubstr("INVALID_CLIENT: Invalid client"));
  EXPECT_EQ(ask(client + "&response_type=token").status, 400) << "the implicit grant has ended";
  EXPECT_EQ(ask(client + "&response_type=code&code_challenge_method=plain&code_challenge=x").status, 400);
  EXPECT_EQ(ask(client + "&response_type=code").status, 200);
}

TEST(SpotifyAccounts, CancellingIsToldToTheClient) {
  AskedAccounts accounts;
  const WebAnswer answer = accounts.Decide("listener=anna&decision=cancel");
  EXPECT_EQ(answer.status, 303);
  EXPECT_EQ(Find(answer.headers, "location"), "http://127.0.0.1:8300/callback?error=access_denied&state=s1");
}

TEST(SpotifyAccounts, ABrowserThatIsKnownIsAskedAgainOnlyForMore) {
  AskedAccounts accounts;
  const std::string cookie = *Find(accounts.Decide("listener=bruno&decision=agree").headers, "set-cookie");
  const auto ask = [&](const std::string& target) {
    WebRequest request = Question("GET", target);
    request.headers.emplace_back("cookie", cookie.substr(0, cookie.find(';')));
    return accounts.fake.Answer(request).status;
  };
  EXPECT_EQ(ask(accounts.Target(kRedirect)), 303);
  EXPECT_EQ(ask(accounts.Target(kRedirect, "&show_dialog=true")), 200);
  std::string more = accounts.Target(kRedirect);
  more.replace(more.find("user-top-read"), 13, "user-top-read%20user-library-read");
  EXPECT_EQ(ask(more), 200);
  accounts.fake.Revoke("bruno");
  EXPECT_EQ(ask(accounts.Target(kRedirect)), 200);
}

TEST(SpotifyAccounts, AnAccessTokenLivesAnHour) {
  AskedAccounts accounts;
  accounts.clock.Advance(60 * kMinuteMs - 1);
  EXPECT_EQ(accounts.Get("/me").status, 200);
  accounts.clock.Advance(1);
  EXPECT_EQ(accounts.Refusal("/me"), "401 The access token expired");
}

TEST(SpotifyAccounts, ARefreshKeepsTheTokenAndItsScopes) {
  AskedAccounts accounts;
  const std::string refresh = accounts.LogIn();
  for (int times = 0; times < 2; ++times) {
    const auto body = boost::json::parse(accounts.Token(accounts.RefreshForm(refresh)).body).as_object();
    EXPECT_EQ(body.at("scope"), Said("user-top-read"));
    EXPECT_FALSE(body.contains("refresh_token"));
  }
}

TEST(SpotifyAccounts, ARotatedTokenIsDeadAtOnce) {
  AskedAccounts accounts;
  accounts.Set(R"({"rotates_refresh":true})");
  const std::string refresh = accounts.LogIn();
  const auto body = boost::json::parse(accounts.Token(accounts.RefreshForm(refresh)).body);
  EXPECT_EQ(Told(accounts.Token(accounts.RefreshForm(refresh))), "400 invalid_grant: Refresh token revoked");
  EXPECT_EQ(accounts.Token(accounts.RefreshForm(TextOf(body.at("refresh_token")))).status, 200);
}

TEST(SpotifyAccounts, ARefreshTokenDiesHalfAYearAfterTheConsentHoweverOftenItServed) {
  AskedAccounts accounts;
  const std::string refresh = accounts.LogIn();
  accounts.clock.Advance(183 * base::kMsPerDay - 1);
  EXPECT_EQ(accounts.Token(accounts.RefreshForm(refresh)).status, 200);
  accounts.clock.Advance(1);
  EXPECT_THAT(Told(accounts.Token(accounts.RefreshForm(refresh))), StartsWith("400 invalid_grant"));
}

TEST(SpotifyAccounts, WhatAListenerTakesBackIsDead) {
  AskedAccounts accounts;
  const std::string refresh = accounts.LogIn();
  accounts.fake.Revoke("bruno");
  EXPECT_EQ(accounts.Token(accounts.RefreshForm(refresh)).status, 200);
  accounts.fake.Revoke("anna");
  EXPECT_EQ(Told(accounts.Token(accounts.RefreshForm(refresh))), "400 invalid_grant: Refresh token revoked");
  EXPECT_EQ(accounts.Refusal("/me"), "401 Invalid access token");
}

TEST(SpotifyAccounts, ClientCredentialsNeedTheSecretAndSpeakForNobody) {
  AskedAccounts accounts;
  const auto& app = accounts.fake.app();
  EXPECT_EQ(Told(accounts.Token("grant_type=client_credentials&client_id=" + app.client_id)),
            "400 invalid_client: Invalid client secret");
  EXPECT_EQ(Told(accounts.Token("grant_type=client_credentials", "Basic Zm9vOmJhcg==")),
            "400 invalid_client: Invalid client");
  // The two of RegisteredApp, joined by a colon, in base64.
  const WebAnswer answer = accounts.Token("grant_type=client_credentials",
                                          "Basic MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY6"
                                          "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=");
  ASSERT_EQ(answer.status, 200) << answer.body;
  const auto body = boost::json::parse(answer.body).as_object();
  EXPECT_FALSE(body.contains("refresh_token"));
  accounts.token = TextOf(body.at("access_token"));
  EXPECT_EQ(accounts.Get("/tracks/" + IdOf('1')).status, 200);
  EXPECT_EQ(accounts.Refusal("/me"), "401 Valid user authentication required");
}

TEST(SpotifyAccounts, WhatIsNoGrantIsRefused) {
  AskedAccounts accounts;
  const std::string client = "&client_id=" + accounts.fake.app().client_id;
  EXPECT_EQ(Told(accounts.Token("grant_type=refresh_token&refresh_token=x")), "400 invalid_client");
  EXPECT_EQ(Told(accounts.Token("grant_type=refresh_token&refresh_token=x&client_id=nobody")),
            "400 invalid_client: Invalid client");
  EXPECT_THAT(Told(accounts.Token("grant_type=refresh_token&refresh_token=x" + client)),
              StartsWith("400 invalid_grant"));
  EXPECT_THAT(Told(accounts.Token("grant_type=password" + client)), StartsWith("400 unsupported_grant_type"));
}

TEST(SpotifyAccounts, ThePageShowsWhatIsAskedAndIsNoDoorForMarkup) {
  AskedAccounts accounts;
  std::string target = accounts.Target(kRedirect);
  target.replace(target.find("user-top-read"), 13, "%3Cscript%3E");
  target.replace(target.find("state=s1"), 8, "state=%22%3E%3Cscript%3E");
  const std::string page = accounts.fake.Answer(Question("GET", target)).body;
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script>")));
  EXPECT_THAT(page, HasSubstr("> Anna</label>"));
  EXPECT_THAT(page, HasSubstr("> bruno</label>")) << "who has no name is known by the id";
}

}  // namespace
}  // namespace earprint::fakes
