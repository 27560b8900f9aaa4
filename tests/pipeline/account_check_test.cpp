// Two people at one browser: whose account a login is for is asked, and nobody's plays become another's.
#include "sources/spotify/sync/account_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/world/invented_world.hpp"
#include "sources/spotify/sealed_login.hpp"
#include "sources/spotify/sync/spotify_household.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/spotify_room.hpp"

namespace earprint::app {
namespace {

namespace spotify = sources::spotify;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kBegin = 1'795'000'000'000;

class OpenSink final : public ports::FactSink {
 public:
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string&,
                                        const std::string&) override {
    return ports::TakenReport{batch.read, batch.events.size(), 0, batch.rejects.size()};
  }
};

/// A browser that several people use, and that stays logged in at Spotify.
class SharedBrowser : public ::testing::Test {
 protected:
  SharedBrowser() {
    clock.now_ms = kBegin;
    http.Answer([this](const ports::HttpRequest& request) {
      time.Set(clock.Now());
      return testing::ToldByFake(fake.Answer(testing::AskedOfFake(request)));
    });
    Open();
  }

  void Open() {
    household.reset();
    auto opened = spotify::SpotifyHousehold::Open({.client_id = fake.app().client_id,
                                                   .accounts_url = "https://accounts.spotify.example",
                                                   .api_url = "http://api.spotify.example/v1"},
                                                  {http, states, tokens, sink, clock, dice});
    ASSERT_TRUE(opened) << opened.error().Text();
    household = std::move(*opened);
    ASSERT_TRUE(household->SetRedirect("http://127.0.0.1:8300/callback"));
  }

  void Switch(std::string_view switches) {
    ASSERT_TRUE(fake.Change(boost::json::parse(switches).as_object()));
  }

  std::string Begin(const std::string& name) {
    auto url = household->BeginLogin(name);
    EXPECT_TRUE(url) << url.error().Text();
    time.Set(clock.Now());
    return url.value_or("");
  }

  /// Opens the address in the browser that is logged in as somebody: what comes back.
  fakes::WebAnswer Click(const std::string& url, const std::string& as) {
    const std::string query = url.substr(url.find('?') + 1);
    return fake.Answer({.method = "GET",
                        .target = "/authorize?" + query,
                        .path = "/authorize",
                        .query = fakes::ParseForm(query),
                        .headers = {{"cookie", "fake_listener=" + as}},
                        .body = {}});
  }

  base::Result<std::string> LogIn(const std::string& name, const std::string& account) {
    const std::string url = Begin(name);
    return household->FinishLogin(testing::AgreeAtFake(fake, url, account));
  }

  const spotify::ListenerState* StateOf(const std::string& name) {
    state = household->State();
    const auto found = std::ranges::find(state.listeners, name, &spotify::ListenerState::listener);
    return found == state.listeners.end() ? nullptr : &*found;
  }

  /// As an earlier version kept it.
  void DropAccountOf(const std::string& name) {
    auto& secret = tokens.secrets[spotify::SealedLoginName(name)];
    auto login = spotify::ReadSealedLogin(base::SecretText(secret));
    ASSERT_TRUE(login);
    EXPECT_THAT(login->account, Not(IsEmpty()));
    auto document = boost::json::parse(secret).as_object();
    document.erase("account");
    secret = boost::json::serialize(document);
  }

  fakes::FakeClock time{{kBegin}};
  fakes::FakeSpotify fake{
      fakes::InventWorld({.seed = 5, .listeners = 3, .from = {kBegin}, .days = 1, .plays_a_day = 5}), time};
  testing::StoppedClock clock;
  testing::ScriptedHttp http;
  testing::MemoryStateStore states;
  testing::MemoryTokenStore tokens;
  testing::SeededRandom dice;
  OpenSink sink;
  spotify::HouseholdState state;
  std::unique_ptr<spotify::SpotifyHousehold> household;
};

TEST_F(SharedBrowser, IsAskedWhoItIsEachTime) {
  ASSERT_TRUE(LogIn("ann", "listener1"));
  EXPECT_EQ(Click(Begin("ben"), "listener1").status, 200) << "the page that asks, and not back at once";
}

TEST_F(SharedBrowser, ThatAnswersForAnotherIsRefused) {
  ASSERT_TRUE(LogIn("ann", "listener1"));
  Switch(R"({"honours_show_dialog":false})");
  const fakes::WebAnswer back = Click(Begin("ben"), "listener1");
  ASSERT_EQ(back.status, 303);
  const std::string target = fakes::Find(back.headers, "location").value_or("?");
  const auto taken = household->FinishLogin(target.substr(target.find('?') + 1));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, base::ErrorCode::kConflict);
  EXPECT_THAT(taken.error().cause, HasSubstr("ann's already"));
  EXPECT_THAT(taken.error().hint, HasSubstr("log out at accounts.spotify.com"));
  EXPECT_EQ(StateOf("ben"), nullptr);
  EXPECT_THAT(state.login_problem, HasSubstr("ann's already"));
  EXPECT_EQ(StateOf("ann")->access.state, spotify::LoginState::kLoggedIn);
  EXPECT_TRUE(LogIn("ben", "listener2"));
}

TEST_F(SharedBrowser, ALoginAgainIsOfTheSameAccount) {
  ASSERT_TRUE(LogIn("ann", "listener1"));
  ASSERT_TRUE(LogIn("ann", "listener1"));
  const auto other = LogIn("ann", "listener2");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, base::ErrorCode::kConflict);
  EXPECT_THAT(other.error().cause, HasSubstr("another Spotify account"));
  fake.Revoke("listener1");
  household->SyncOnce();
  ASSERT_EQ(StateOf("ann")->access.state, spotify::LoginState::kLoginNeeded);
  Open();
  EXPECT_FALSE(LogIn("ann", "listener2")) << "also where the login has ended";
  ASSERT_TRUE(LogIn("ann", "listener1"));
  ASSERT_TRUE(household->LogOut("ann"));
  EXPECT_TRUE(LogIn("ann", "listener2")) << "what was the former one's is gone";
}

TEST_F(SharedBrowser, ALoginCountsOnceItIsKnownWhoseItIs) {
  Switch(R"({"forced":[{"kind":"cut","family":"me","times":2}]})");
  EXPECT_TRUE(LogIn("ann", "listener1")) << "asked again at once";
  Switch(R"({"forced":[{"kind":"503","family":"me","times":9}]})");
  EXPECT_FALSE(LogIn("ben", "listener2"));
  EXPECT_THAT(household->State().login_problem, HasSubstr("whose account it is"));
  EXPECT_EQ(StateOf("ben"), nullptr);
  Switch(R"({"forced":[]})");
  EXPECT_TRUE(LogIn("ben", "listener2"));
}

TEST_F(SharedBrowser, LoginsOfEarlierVersionsLearnWhoseTheyAre) {
  ASSERT_TRUE(LogIn("ann", "listener1"));
  ASSERT_TRUE(LogIn("ben", "listener2"));
  DropAccountOf("ann");
  DropAccountOf("ben");
  // What may have happened then: ben's login is ann's account.
  const std::string ann = tokens.secrets[spotify::SealedLoginName("ann")];
  auto login = boost::json::parse(ann).as_object();
  login["listener"] = "ben";
  tokens.secrets[spotify::SealedLoginName("ben")] = boost::json::serialize(login);
  Open();
  household->SyncOnce();
  EXPECT_EQ(StateOf("ann")->access.state, spotify::LoginState::kLoggedIn);
  ASSERT_EQ(StateOf("ben")->access.state, spotify::LoginState::kLoginNeeded);
  EXPECT_THAT(StateOf("ben")->access.notice, HasSubstr("ann's already"));
  EXPECT_THAT(LogIn("ben", "listener1").error().cause, HasSubstr("ann's already"));
  EXPECT_TRUE(LogIn("ben", "listener2"));
}

}  // namespace
}  // namespace earprint::app
