#include "sources/spotify/sync/spotify_household.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <set>
#include <thread>

#include "sources/spotify/sealed_login.hpp"
#include "tests/support/spotify_house.hpp"

namespace earprint::sources::spotify {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(Household, NeedsAnApplicationBeforeAnyoneLogsIn) {
  EXPECT_THAT(household->BeginLogin("me").error().Text(), HasSubstr("no Spotify application"));
  EXPECT_FALSE(household->SetClientId("a b"));
  ASSERT_TRUE(household->SetClientId("abc123"));
  EXPECT_THAT(*household->BeginLogin("me"), HasSubstr("client_id=abc123"));
  EXPECT_FALSE(household->BeginLogin(""));
  EXPECT_FALSE(household->BeginLogin("a\nb"));
  Open();
  EXPECT_EQ(household->State().client_id, "abc123");
}

TEST_F(Household, WhoHasLoggedInIsBroughtInAndStaysKnown) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  ASSERT_EQ(LogIn("me").value(), "me");
  ASSERT_EQ(LogIn("Ann").value(), "Ann");
  household->SyncOnce();
  EXPECT_THAT(sink.taken,
              ::testing::UnorderedElementsAre(::testing::Pair("me", 1), ::testing::Pair("Ann", 1)));
  const HouseholdState state = household->State();
  ASSERT_THAT(state.listeners, SizeIs(2));
  EXPECT_EQ(state.listeners[0].listener, "Ann");
  EXPECT_EQ(state.listeners[0].access.state, LoginState::kLoggedIn);
  ASSERT_TRUE(state.listeners[0].look && state.listeners[0].look->item);
  EXPECT_EQ(state.listeners[0].look->item->title, "One");
  Open();
  EXPECT_THAT(household->State().listeners, SizeIs(2));
  EXPECT_EQ(household->State().listeners[1].access.state, LoginState::kLoggedIn);
  household->SyncOnce();
  EXPECT_EQ(sink.taken["me"], 1U) << "the list was taken already";
}

TEST_F(Household, ALoginThatFailsIsToldInTheState) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  const std::string url = *household->BeginLogin("me");
  const std::size_t at = url.find("state=") + 6;
  EXPECT_FALSE(household->FinishLogin("error=access_denied&state=" + url.substr(at, url.find('&', at) - at)));
  EXPECT_THAT(household->State().login_problem, HasSubstr("did not agree"));
  EXPECT_THAT(household->State().listeners, IsEmpty());
  ASSERT_TRUE(household->BeginLogin("me"));
  EXPECT_THAT(household->State().login_problem, IsEmpty()) << "a new login is a new chance";
}

TEST_F(Household, AStrangersCallbackEndsNoLogin) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  const std::string url = *household->BeginLogin("me");
  int changes = 0;
  household->on_change = [&changes] { ++changes; };
  // As an <img> of any page sends them.
  for (const char* query :
       {"code=c&state=stolen", "error=access_denied&state=stolen", "code=c", "", "x=%zz"}) {
    EXPECT_FALSE(household->FinishLogin(query)) << query;
    EXPECT_THAT(household->State().login_problem, IsEmpty()) << query;
  }
  EXPECT_EQ(changes, 0) << "nobody who waits for the login is told";
  const std::size_t at = url.find("state=") + 6;
  EXPECT_TRUE(household->FinishLogin("code=c&state=" + url.substr(at, url.find('&', at) - at)));
}

TEST_F(Household, ANameThatNoEventCanHaveIsNotLoggedIn) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  for (const char* name : {" ann", "ann ", "a\xff", "a\xc2\x85"})
    EXPECT_EQ(household->BeginLogin(name).error().code, base::ErrorCode::kInvalidInput) << name;
}

TEST_F(Household, LoggedOutMeansForgotten) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  ASSERT_TRUE(LogIn("me"));
  EXPECT_EQ(household->SetClientId("other").error().code, base::ErrorCode::kConflict);
  ASSERT_TRUE(household->LogOut("me"));
  EXPECT_EQ(household->LogOut("me").error().code, base::ErrorCode::kNotFound);
  EXPECT_TRUE(household->SetClientId("other"));
  Open();
  EXPECT_THAT(household->State().listeners, IsEmpty());
}

TEST_F(Household, ALogoutThatCouldNotBeKeptIsDoneWhollyWhenItIsTriedAgain) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  ASSERT_TRUE(LogIn("me"));
  household->SyncOnce();
  const std::string sealed = SealedLoginName("me");
  const auto kept = [&] {
    return std::ranges::count_if(states.documents,
                                 [&](const auto& document) { return document.first.ends_with(sealed); });
  };
  ASSERT_GT(kept(), 0);
  states.fails = true;
  EXPECT_THAT(household->LogOut("me").error().Text(), HasSubstr("the disk is full"));
  EXPECT_THAT(tokens.secrets, IsEmpty());
  states.fails = false;
  ASSERT_TRUE(household->LogOut("me"));
  EXPECT_EQ(kept(), 0) << "the last look, names of playlists and marks are the listener's too";
  Open();
  EXPECT_THAT(household->State().listeners, IsEmpty());
}

TEST_F(Household, ALoginThatCouldNotBeKeptIsNone) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  household->Start();
  states.fails = true;
  EXPECT_FALSE(LogIn("me"));
  states.fails = false;
  for (const ListenerState& one : household->State().listeners)
    EXPECT_EQ(one.access.state, LoginState::kLoginNeeded);
  EXPECT_THAT(tokens.secrets, IsEmpty()) << "nobody would know of it after the next start";
  ASSERT_TRUE(LogIn("me"));
  for (int i = 0; i < 800 && !household->State().listeners[0].look; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  EXPECT_TRUE(household->State().listeners[0].look) << "somebody works for it";
  household.reset();
}

TEST_F(Household, ALoginThatWasBegunBeforeALogoutIsOver) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  ASSERT_TRUE(LogIn("me"));
  const std::string query = BeginLogin("me");
  const std::string of_ann = BeginLogin("ann");
  ASSERT_TRUE(household->LogOut("me"));
  EXPECT_THAT(household->FinishLogin(query).error().Text(), HasSubstr("no login that is under way"));
  EXPECT_THAT(household->State().listeners, IsEmpty());
  EXPECT_TRUE(household->FinishLogin(of_ann));
}

TEST_F(Household, ThreadsBringInAndALoginAgainPutsNothingOff) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  is_down = true;
  std::mutex mutex;
  std::condition_variable changed;
  household->on_change = [&] {
    const std::lock_guard lock(mutex);
    changed.notify_all();
  };
  household->Start();
  ASSERT_TRUE(LogIn("me"));
  const auto waits_for = [&](auto condition) {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, std::chrono::seconds(20), condition);
  };
  EXPECT_TRUE(waits_for([this] { return household->State().listeners[0].sync.trouble.has_value(); }));
  is_down = false;
  accounts = 0;           // the same account again
  clock.now_ms += 2'000;  // past the deadline that the budget set, and before the sync's own
  ASSERT_TRUE(LogIn("me"));
  EXPECT_TRUE(waits_for([this] { return household->State().listeners[0].look.has_value(); }));
  household.reset();  // its threads call what is here
}

TEST_F(Household, TellsPagesAheadThatAccessEnds) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  ASSERT_TRUE(LogIn("me"));
  const auto notice = [this](std::int64_t days) {
    clock.now_ms += days * base::kMsPerDay;
    const auto state = boost::json::parse(HouseholdJson(household->State()));
    return std::string(state.at("listeners").at(0).at("notice").as_string());
  };
  EXPECT_EQ(notice(120), "");
  const std::int64_t ends_ms = household->State().listeners[0].access.ends_at->value;
  EXPECT_THAT(notice((ends_ms - clock.now_ms) / base::kMsPerDay - 12), HasSubstr("ends in 12 days"));
  EXPECT_THAT(notice(30), HasSubstr("has ended"));
}

TEST_F(Household, IsWrittenForPages) {
  ASSERT_TRUE(household->SetClientId("abc123"));
  ASSERT_TRUE(LogIn("me"));
  household->SyncOnce();
  const auto json = boost::json::parse(HouseholdJson(household->State())).as_object();
  EXPECT_EQ(json.at("app").at("client_id").as_string(), "abc123");
  const auto& me = json.at("listeners").at(0).as_object();
  EXPECT_EQ(me.at("state").as_string(), "logged_in");
  EXPECT_EQ(me.at("playing").at("title").as_string(), "One");
  EXPECT_EQ(me.at("playing").at("progress_ms").as_int64(), 5'000);
  EXPECT_EQ(me.at("plays_unnamed").as_bool(), false);
  EXPECT_TRUE(me.at("trouble").is_null());
  EXPECT_EQ(me.at("read_at").as_string(), base::FormatInstant(clock.Now()));
}

TEST(HouseholdJson, AnAdvertisementIsNoSilence) {
  HouseholdState state;
  state.listeners.resize(4);
  state.listeners[1].look = PlayerLook{.is_playing = true, .has_player = true};
  state.listeners[2].look = PlayerLook{.is_playing = false, .has_player = true};
  state.listeners[3].look = PlayerLook{};
  const auto json = boost::json::parse(HouseholdJson(state)).as_object();
  std::string told;
  for (const auto& each : json.at("listeners").as_array()) {
    EXPECT_TRUE(each.at("playing").is_null());
    told += each.at("plays_unnamed").as_bool() ? "ad " : "none ";
  }
  EXPECT_EQ(told, "none ad none none ");
}

}  // namespace
}  // namespace earprint::sources::spotify
