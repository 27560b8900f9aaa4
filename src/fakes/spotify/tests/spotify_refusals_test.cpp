// Every way in which a request fails: limits, tokens, people, and accidents on the way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

using ::testing::StartsWith;

std::string WaitOf(const WebAnswer& answer) { return Find(answer.headers, "retry-after").value_or("none"); }

TEST(SpotifyRefusals, TooManyRequestsInThirtySecondsMustWaitForTheFirstToBeOld) {
  AskedFake asked;
  asked.Set(R"({"rate_max":3})");
  asked.Get("/me");
  asked.clock.Advance(10'000);
  asked.Get("/search?q=one&type=track");
  asked.Get("/me");
  const WebAnswer refused = asked.Get("/me");
  EXPECT_EQ(AskedFake::Told(refused), "429 API rate limit exceeded");
  EXPECT_EQ(WaitOf(refused), "20");
  EXPECT_FALSE(boost::json::parse(refused.body).at("error").as_object().contains("reason"));
  asked.clock.Advance(19'999);
  EXPECT_EQ(asked.Get("/me").status, 429);
  asked.clock.Advance(1);
  EXPECT_EQ(asked.Get("/me").status, 200);
}

TEST(SpotifyRefusals, AFamilysQuotaIsARollingDay) {
  AskedFake asked;
  asked.Set(R"({"quotas":{"track":2},"access_lives_ms":999999999999})");
  asked.token = asked.TokenFor("anna", AllScopes());
  const std::string track = "/tracks/" + IdOf('1');
  asked.Get(track);
  asked.clock.Advance(60 * kMinuteMs);
  asked.Get(track);
  const WebAnswer refused = asked.Get("/tracks/" + IdOf('4'));
  EXPECT_EQ(AskedFake::Told(refused), "429 Too many requests");
  EXPECT_EQ(boost::json::parse(refused.body).at("error").at("reason"), Said("QUOTA_EXCEEDED"));
  EXPECT_EQ(WaitOf(refused), "82800") << "until the first is a day old";
  EXPECT_EQ(asked.Get("/me").status, 200) << "another family";
  asked.clock.Advance(23 * 60 * kMinuteMs - 1);
  EXPECT_EQ(asked.Get(track).status, 429);
  asked.clock.Advance(1);
  EXPECT_EQ(asked.Get(track).status, 200);
  EXPECT_EQ(asked.Get(track).status, 429) << "the second is still in the day";
  EXPECT_EQ(asked.fake.Records().back().reason, "QUOTA_EXCEEDED");
}

TEST(SpotifyRefusals, RefusedRequestsDoNotCountAndExtendedHasNoQuota) {
  AskedFake asked;
  asked.Set(R"({"quotas":{"me":1},"forced":[{"kind":"503","times":3}]})");
  for (int times = 0; times < 3; ++times) EXPECT_EQ(asked.Get("/me").status, 503);
  EXPECT_EQ(asked.Get("/me").status, 200);
  EXPECT_EQ(asked.Get("/me").status, 429);
  asked.Set(R"({"profile":"extended"})");
  EXPECT_EQ(asked.Get("/me").status, 200);
}

TEST(SpotifyRefusals, BothFormsOf429CanBeForcedWithTheirWait) {
  AskedFake asked;
  asked.Set(R"({"forced":[{"kind":"rate","retry_after_s":4},{"kind":"quota","retry_after_s":86400}]})");
  const WebAnswer brief = asked.Get("/me"), lasting = asked.Get("/me");
  EXPECT_EQ(WaitOf(brief), "4");
  EXPECT_EQ(WaitOf(lasting), "86400");
  EXPECT_EQ(boost::json::parse(lasting.body).at("error").at("reason"), Said("QUOTA_EXCEEDED"));
  EXPECT_EQ(asked.Get("/me").status, 200);
}

TEST(SpotifyRefusals, TheHeaderTells401sApart) {
  AskedFake asked;
  const auto told = [&asked](const std::string& authorization) {
    WebRequest request = Question("GET", "/v1/me");
    if (!authorization.empty()) request.headers.emplace_back("authorization", authorization);
    const WebAnswer answer = asked.fake.Answer(request);
    return AskedFake::Told(answer) + " | " + Find(answer.headers, "www-authenticate").value_or("");
  };
  EXPECT_EQ(
      told(""),
      R"(401 No token provided | Bearer realm="spotify", error="missing_token", error_description="No token provided")");
  EXPECT_EQ(
      told("Bearer nonsense"),
      R"(401 Invalid access token | Bearer realm="spotify", error="invalid_token", error_description="Invalid access token")");
  asked.clock.Advance(60 * kMinuteMs);
  EXPECT_EQ(
      told("Bearer " + asked.token),
      R"(401 The access token expired | Bearer realm="spotify", error="invalid_token", error_description="The access token expired")");
}

TEST(SpotifyRefusals, ATokenCanBeRefusedThoughItIsGood) {
  AskedFake asked;
  asked.Set(R"({"forced":[{"kind":"expired"},{"kind":"invalid"}]})");
  EXPECT_EQ(asked.Refusal("/me"), "401 The access token expired");
  EXPECT_EQ(asked.Refusal("/me"), "401 Invalid access token");
  EXPECT_EQ(asked.Get("/me").status, 200);
}

TEST(SpotifyRefusals, AMissingScopeIsSaidInTwoWays) {
  AskedFake asked;
  asked.token = asked.TokenFor("anna", {"user-read-email"});
  EXPECT_EQ(asked.Refusal("/me/player"), "401 Permissions missing");
  EXPECT_EQ(asked.Refusal("/me/tracks"), "403 Insufficient client scope");
  EXPECT_EQ(asked.Refusal("/me/top/tracks"), "403 Insufficient client scope");
  EXPECT_EQ(asked.Refusal("/me/following?type=artist"), "403 Insufficient client scope");
  EXPECT_EQ(asked.Get("/me").status, 200) << "needs no scope";
}

TEST(SpotifyRefusals, DevelopmentNeedsAnOwnerWithPremium) {
  for (const Profile profile : {Profile::kDevNew, Profile::kDevExisting}) {
    AskedFake asked(profile);
    asked.Set(R"({"owner_has_premium":false})");
    EXPECT_THAT(asked.Refusal("/me"),
                StartsWith("403 Active premium subscription required for the owner of the app."));
    asked.Set(R"({"is_premium_text_plain":true})");
    const WebAnswer plain = asked.Get("/me");
    EXPECT_EQ(plain.content_type, "text/plain");
    EXPECT_THAT(plain.body, StartsWith("Active premium subscription"));
    asked.Set(R"({"profile":"extended"})");
    EXPECT_EQ(asked.Get("/me").status, 200);
  }
}

TEST(SpotifyRefusals, AListenerWhoIsNotRegisteredMayLogInButNotRead) {
  AskedFake asked;
  asked.Set(R"({"off_list":["anna"]})");
  EXPECT_EQ(asked.Refusal("/me"), "403 User not registered in the Developer Dashboard");
  asked.token = asked.TokenFor("bruno", AllScopes());
  EXPECT_EQ(asked.Get("/me").status, 200);
  asked.Set(R"({"off_list":[],"seats":1})");
  EXPECT_EQ(asked.Refusal("/me"), "403 User not registered in the Developer Dashboard");
}

TEST(SpotifyRefusals, ServerErrorsComeAsTheShareSaysAndFromTheSeed) {
  const auto statuses = [] {
    AskedFake asked;
    asked.Set(R"({"failures":{"502":0.2,"503":0.1},"rate_max":0})");
    std::vector<int> all;
    for (int number = 0; number < 1'000; ++number) all.push_back(asked.Get("/me").status);
    return all;
  };
  const auto all = statuses();
  EXPECT_EQ(all, statuses()) << "the same seed, the same accidents";
  EXPECT_NEAR(static_cast<double>(std::ranges::count(all, 502)), 200, 60);
  EXPECT_NEAR(static_cast<double>(std::ranges::count(all, 503)), 100, 45);
  EXPECT_EQ(std::ranges::count(all, 200) + std::ranges::count(all, 502) + std::ranges::count(all, 503),
            1'000);
}

TEST(SpotifyRefusals, AnAnswerMayBeSlowCutOrNotComeAtAll) {
  AskedFake asked;
  asked.Set(R"({"slow_ms":1234,"forced":[{"kind":"slow"},{"kind":"cut"},{"kind":"reset"}]})");
  const WebAnswer slow = asked.Get("/me"), cut = asked.Get("/me"), reset = asked.Get("/me"),
                  whole = asked.Get("/me");
  EXPECT_EQ(slow.delay.count(), 1'234);
  EXPECT_EQ(slow.status, 200);
  ASSERT_TRUE(cut.cut_after_bytes);
  EXPECT_LT(*cut.cut_after_bytes, cut.body.size());
  EXPECT_TRUE(reset.reset);
  EXPECT_FALSE(whole.reset || whole.cut_after_bytes || whole.delay.count() > 0);
}

TEST(SpotifyRefusals, AnAnswerMayBeOldOrSayNothingThoughSomethingPlays) {
  AskedFake asked;
  asked.Hear(0, 100'000);
  asked.Set(
      R"({"stale_player_ms":20000,"forced":[{"kind":"stale"},{"kind":"nothing","family":"player"},{"kind":"nothing","family":"me"}]})");
  const WebAnswer stale = asked.Get("/me/player"), nothing = asked.Get("/me/player");
  EXPECT_EQ(boost::json::parse(stale.body).at("progress_ms"), 80'000);
  EXPECT_EQ(Find(stale.headers, "age"), "20");
  asked.Set(R"({"tells_age":false,"forced":[{"kind":"stale"}]})");
  const WebAnswer silent = asked.Get("/me/player");
  EXPECT_EQ(boost::json::parse(silent.body).at("progress_ms"), 80'000);
  EXPECT_FALSE(Find(silent.headers, "age"));
  EXPECT_EQ(nothing.status, 204);
  EXPECT_EQ(asked.Get("/me").status, 200) << "only the player can say nothing";
  EXPECT_EQ(asked.Read("/me/player").at("progress_ms"), 100'000);
}

TEST(SpotifyRefusals, AForcedFailureWaitsForItsFamily) {
  AskedFake asked;
  asked.Set(R"({"forced":[{"kind":"500","family":"search","times":2}]})");
  EXPECT_EQ(asked.Get("/me").status, 200);
  EXPECT_EQ(asked.Get("/search?q=one&type=track").status, 500);
  EXPECT_EQ(asked.Get("/me").status, 200);
  EXPECT_EQ(asked.Get("/search?q=one&type=track").status, 500);
  EXPECT_EQ(asked.Get("/search?q=one&type=track").status, 200);
}

TEST(SpotifyRefusals, FamiliesShareAQuotaByWhatTheyRead) {
  EXPECT_EQ(FamilyOf("me/player/recently-played"), "recently-played");
  EXPECT_EQ(FamilyOf("me/player/currently-playing"), "player");
  EXPECT_EQ(FamilyOf("me/player"), "player");
  EXPECT_EQ(FamilyOf("me"), "me");
  EXPECT_EQ(FamilyOf("me/playlists"), "playlists");
  EXPECT_EQ(FamilyOf("me/top/artists"), "top");
  EXPECT_EQ(FamilyOf("me/tracks"), "library");
  EXPECT_EQ(FamilyOf("playlists/x"), "playlist");
  EXPECT_EQ(FamilyOf("playlists/x/items"), "playlist-items");
  EXPECT_EQ(FamilyOf("tracks/x"), "track");
  EXPECT_EQ(FamilyOf("audio-features/x"), "audio-features");
}

}  // namespace
}  // namespace earprint::fakes
