// A month of three thousand plays at the invented Spotify, in each profile, with every failure at random for
// the whole time and the client killed on the way, in the middle of whatever it did: what Spotify showed is
// in the figures once, with its end, and what it would have shown and could not lies in a gap that is told.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "base/utc_time.hpp"
#include "fakes/world/invented_world.hpp"
#include "sources/spotify/sync/spotify_household.hpp"
#include "tests/support/month_parts.hpp"

namespace earprint::app {
namespace {

namespace json = boost::json;
namespace spotify = sources::spotify;
using base::kMsPerMinute;
using testing::ScriptedPlay;

constexpr std::int64_t kBegin = 1'795'000'000'000, kMsPerHour = 60 * kMsPerMinute;
constexpr int kDays = 30, kPlaysADay = 100, kKills = 20, kTrips = 2;
constexpr std::string_view kListener = "listener1";

struct Month {
  fakes::Profile profile;
  unsigned seed;
  bool is_tight = false;  ///< the application may ask for much less than is wanted
};

void PrintTo(const Month& month, std::ostream* out) {
  *out << fakes::ProfileName(month.profile) << " seed " << month.seed;
}

/// What the client allows itself.
spotify::BudgetLimits LimitsOf(const Month& month) {
  spotify::BudgetLimits limits;
  if (!month.is_tight) return limits;
  const auto most = [&limits](spotify::Family family) -> std::int64_t& {
    return limits.family_day_max[static_cast<std::size_t>(family)];
  };
  most(spotify::Family::kPlays) = 250;
  most(spotify::Family::kPlayer) = 1'200;
  most(spotify::Family::kPlaylists) = 40;
  most(spotify::Family::kPlaylistItems) = 40;
  most(spotify::Family::kLibrary) = 60;
  most(spotify::Family::kTop) = 6;
  return limits;
}

/// The fake's name of each family that the client counts, those first that the client counts as one.
const std::vector<std::pair<std::string, spotify::Family>> kQuotas = {
    {"player", spotify::Family::kPlayer},
    {"recently-played", spotify::Family::kPlays},
    {"playlists", spotify::Family::kPlaylists},
    {"playlist", spotify::Family::kPlaylists},
    {"library", spotify::Family::kLibrary},
    {"playlist-items", spotify::Family::kPlaylistItems},
    {"top", spotify::Family::kTop},
    {"me", spotify::Family::kUser},
    {"audio-features", spotify::Family::kFeatures}};

/// Quotas as large as the client's own budget: a request more than that is refused, and seen.
fakes::SpotifySwitches SwitchesOf(const Month& month) {
  fakes::SpotifySwitches switches;
  switches.profile = month.profile;
  switches.seed = month.seed;
  switches.show = {.start_stamped_share = 0.1,
                   .skipped_listed_share = 0.3,
                   .lag_ms = 7 * kMsPerMinute,
                   .seed = month.seed};
  switches.rate_max = 30;
  const spotify::BudgetLimits limits = LimitsOf(month);
  for (const auto& [name, family] : kQuotas)
    switches.quotas[name] = limits.family_day_max[static_cast<std::size_t>(family)];
  switches.rotates_refresh = month.seed % 2 == 0;  // and otherwise from the middle of the month on
  switches.slow_ms = 3'000;
  switches.playlist_change_share = 0.02;
  switches.failures = {{"500", 0.01},        {"502", 0.01},     {"503", 0.01},   {"slow", 0.02},
                       {"cut", 0.02},        {"reset", 0.02},   {"rate", 0.01},  {"expired", 0.01},
                       {"invalid", 0.005},   {"quota", 0.0002}, {"stale", 0.02}, {"nothing", 0.01},
                       {"forbidden", 0.0005}};
  switches.token_failures = {{"500", 0.02},  {"503", 0.02},  {"rate", 0.02},
                             {"cut", 0.005}, {"slow", 0.02}, {"reset", 0.005}};
  return switches;
}

class SpotifyMonth : public ::testing::TestWithParam<Month> {
 protected:
  /// Something that befalls the month at an instant.
  struct Event {
    std::int64_t at_ms;
    std::function<void()> happen;
  };

  std::int64_t Somewhen() { return kBegin + static_cast<std::int64_t>(random()) % (kDays * base::kMsPerDay); }

  void Switch(std::string_view switches) {
    const auto done = fake.Change(json::parse(switches).as_object());
    ASSERT_TRUE(done) << done.error().Text();
  }

  /// What goes wrong for a while, and ends: the lists lag for hours, the owner's Premium lapses, the listener
  /// is off the list of users, takes the access back and logs in again hours later, answers take longer than
  /// anybody waits, refresh tokens end early, and are rotated or no longer.
  std::vector<Event> Weather() {
    std::vector<Event> events;
    const auto spell = [this, &events](int times, std::int64_t lasts_ms, std::string on, std::string off) {
      for (int i = 0; i < times; ++i) {
        const std::int64_t at_ms = Somewhen();
        events.push_back({at_ms, [this, on] { Switch(on); }});
        events.push_back({at_ms + lasts_ms, [this, off] { Switch(off); }});
      }
    };
    spell(3, 5 * kMsPerHour, R"({"lag_ms":10800000})", R"({"lag_ms":420000})");
    spell(2, 3 * kMsPerHour, R"({"owner_has_premium":false})", R"({"owner_has_premium":true})");
    spell(2, 3 * kMsPerHour, R"({"off_list":["listener1"]})", R"({"off_list":[]})");
    spell(3, kMsPerHour, R"({"slow_ms":45000})", R"({"slow_ms":3000})");
    spell(1, 3 * kMsPerHour, R"({"refresh_lives_ms":3600000})", R"({"refresh_lives_ms":15811200000})");
    for (int i = 0; i < 3; ++i) events.push_back({Somewhen(), [this] { fake.Revoke(kListener); }});
    events.push_back({Somewhen(), [this] { Switch(R"({"tells_age":false})"); }});
    const bool rotates_first = SwitchesOf(GetParam()).rotates_refresh;
    events.push_back({kBegin + kDays / 2 * base::kMsPerDay, [this, rotates_first] {
                        Switch(rotates_first ? R"({"rotates_refresh":false})"
                                             : R"({"rotates_refresh":true})");
                      }});
    for (int i = 0; i < kKills; ++i) events.push_back({Somewhen(), [this] { killer.Arm(); }});
    std::ranges::sort(events, std::greater(), &Event::at_ms);
    return events;
  }

  void Start() {
    household.reset();
    auto opened = spotify::SpotifyHousehold::Open({.client_id = fake.app().client_id,
                                                   .accounts_url = "https://accounts.spotify.example",
                                                   .api_url = "http://api.spotify.example/v1"},
                                                  {http, states, tokens, mortal_sink, clock, dice, &wanted},
                                                  LimitsOf(GetParam()));
    ASSERT_TRUE(opened) << opened.error().Text();
    household = std::move(*opened);
    ASSERT_TRUE(household->SetRedirect("http://127.0.0.1:8300/callback"));
  }

  /// As the listener's browser does; where it comes to nothing, once more after a while.
  void LogIn() {
    const auto url = household->BeginLogin("me");
    ASSERT_TRUE(url) << url.error().Text();
    time.Set(clock.Now());
    const auto finished = household->FinishLogin(testing::AgreeAtFake(fake, *url, kListener));
    login_at_ms = finished ? 0 : clock.now_ms + 20 * kMsPerMinute;
    ++logins;
  }

  /// The listener sees hours later that a login is needed.
  void NoticeLogin() {
    const auto state = household->State();
    const bool is_out =
        state.listeners.empty() || state.listeners[0].access.state == spotify::LoginState::kLoginNeeded;
    if (is_out && login_at_ms == 0) login_at_ms = clock.now_ms + 4 * kMsPerHour;
  }

  /// One round of work; a kill in it, and the time until somebody starts the client again.
  void Work() {
    try {
      if (login_at_ms > 0 && login_at_ms <= clock.now_ms) LogIn();
      clock.now_ms = std::max(clock.now_ms + 1, household->SyncOnce().value);
      NoticeLogin();
    } catch (const testing::Killed&) {
      wire.DropListed();
      const auto luck = random() % 6;
      clock.now_ms += luck == 0 ? 16 * kMsPerHour : luck == 1 ? 90 * kMsPerMinute : 2'000;
      ++kills;
      Start();
    }
  }

  void Live() {
    script = testing::ReadScript(fake.Truth(kListener));
    http.Answer([this](const ports::HttpRequest& request) { return wire.Send(request); });
    sink.on_taken = [this](const std::string& kind) {
      if (kind == "recently played") wire.KeepListed();
    };
    clock.now_ms = kBegin;
    Start();
    login_at_ms = kBegin;
    std::vector<Event> events = Weather();
    // A pause of hours is an end; and what is read in calm days is as it truly is.
    const std::int64_t end_ms = script.back().ended_ms + 3 * base::kMsPerDay;
    events.insert(events.begin(),
                  {script.back().ended_ms + base::kMsPerDay,
                   [this] { Switch(R"({"failures":{},"token_failures":{},"playlist_change_share":0})"); }});
    while (clock.now_ms < end_ms) {
      Work();
      for (; !events.empty() && events.back().at_ms <= clock.now_ms; events.pop_back())
        events.back().happen();
    }
    EXPECT_THAT(events, ::testing::IsEmpty());
  }

  /// As the owner reads it.
  std::vector<std::string> ItemsOf(const std::string& path) {
    std::vector<std::string> items;
    for (int offset = 0;; offset += 50) {
      const json::value page =
          AskAsOwner(path + fmt::format("?limit=50&offset={}&additional_types=track,episode", offset));
      for (const json::value& entry : page.at("items").as_array()) {
        const json::value* item = entry.as_object().if_contains("item");
        if (item == nullptr) item = entry.as_object().if_contains("track");
        if (item == nullptr || item->is_null()) continue;
        const json::value& id = item->at("id");
        items.push_back(id.is_string() ? std::string(id.as_string())
                                       : std::string(item->at("uri").as_string()).substr(8));
      }
      if (page.at("next").is_null()) break;
    }
    std::ranges::sort(items);
    return items;
  }

  json::value AskAsOwner(const std::string& target) {
    const json::value minted =
        json::parse(fake.Mint(std::string(kListener), {"playlist-read-private", "user-library-read"}));
    ports::HttpRequest request;
    request.method = "GET";
    request.url = "http://api.spotify.example/v1" + target;
    request.headers.emplace_back("Authorization",
                                 "Bearer " + std::string(minted.at("access_token").as_string()));
    clock.now_ms += base::kMsPerMinute;  // as slowly as anybody may ask
    time.Set(clock.Now());
    const fakes::WebAnswer answer = fake.Answer(testing::AskedOfFake(request));
    EXPECT_EQ(answer.status, 200) << target << " " << answer.body;
    return json::parse(answer.body);
  }

  /// Each of the listener's own lists as it is, and the saved tracks.
  std::map<std::string, std::vector<std::string>> TrueLists() {
    Switch(R"({"quotas":{},"quota_default":0})");
    std::map<std::string, std::vector<std::string>> lists;
    lists["liked-songs"] = ItemsOf("/me/tracks");
    const json::value mine = AskAsOwner("/me/playlists?limit=50");
    for (const json::value& list : mine.at("items").as_array()) {
      if (list.is_null() || list.at("owner").at("id").as_string() != kListener) continue;
      const std::string id(list.at("id").as_string());
      auto items = ItemsOf("/playlists/" + id + "/items");
      if (!items.empty()) lists[id] = std::move(items);
    }
    return lists;
  }

  static std::vector<std::string> IdsOf(const fakes::SpotifyWorld& world) {
    std::vector<std::string> ids;
    for (const auto& track : world.tracks) ids.push_back(track.id);
    return ids;
  }

  const fakes::SpotifyWorld world = fakes::InventWorld({.seed = GetParam().seed,
                                                        .listeners = 1,
                                                        .from = {kBegin},
                                                        .days = kDays,
                                                        .plays_a_day = kPlaysADay,
                                                        .trips = kTrips});
  std::mt19937 random{GetParam().seed};
  fakes::FakeClock time{{kBegin}};
  fakes::FakeSpotify fake{world, time, SwitchesOf(GetParam())};
  std::vector<ScriptedPlay> script;
  testing::Killer killer{GetParam().seed + 2};
  testing::StoppedClock clock;
  testing::Wire wire{fake, time, clock, killer, script};
  testing::ScriptedHttp http;
  testing::MortalStates states{killer};
  testing::MemoryTokenStore tokens;
  testing::SeededRandom dice;
  std::mt19937 sink_random{GetParam().seed + 1};
  testing::LossySink sink{sink_random};
  testing::MortalSink mortal_sink{sink, killer};
  testing::AllTracks wanted{IdsOf(world), sink};
  std::unique_ptr<spotify::SpotifyHousehold> household;
  std::int64_t login_at_ms = 0;  ///< 0: none is wanted
  int kills = 0, logins = 0;
};

/// Was it refused for a quota that was used up, and not by chance?
bool IsOverrun(const fakes::RequestRecord& record) {
  return record.status == 429 && record.reason != "quota" && record.reason != "rate";
}

/// The most requests of a family of the client's within 24 hours, in hundredths of what it allows itself.
std::int64_t UsedPercent(const std::vector<fakes::RequestRecord>& records, spotify::Family family,
                         std::int64_t most) {
  std::deque<std::int64_t> day;
  std::size_t used = 0;
  for (const fakes::RequestRecord& record : records) {
    const bool is_of_it = std::ranges::any_of(
        kQuotas, [&](const auto& quota) { return quota.second == family && quota.first == record.family; });
    if (!is_of_it) continue;
    day.push_back(record.at.value);
    while (day.front() + base::kMsPerDay <= day.back()) day.pop_front();
    used = std::max(used, day.size());
  }
  return static_cast<std::int64_t>(used) * 100 / most;
}

TEST_P(SpotifyMonth, IsToldOnceAndWhollyOrSaidToBeMissing) {
  Live();
  EXPECT_EQ(script.size(), static_cast<std::size_t>(kDays * kPlaysADay));
  EXPECT_EQ(kills, kKills);
  EXPECT_EQ(sink.rejects, 0U);
  const testing::StoredMonth month = testing::StoredOf(sink.all, random);
  const testing::MonthFaults faults = testing::FaultsOf(script, month);
  EXPECT_THAT(faults.lost, ::testing::IsEmpty());
  EXPECT_THAT(faults.invented, ::testing::IsEmpty());
  EXPECT_THAT(faults.unsaid, ::testing::IsEmpty());
  const auto told = static_cast<std::size_t>(std::ranges::count_if(script, &ScriptedPlay::WasTold));
  EXPECT_GT(told, script.size() * 6 / 10);
  EXPECT_LT(faults.open, told / (GetParam().is_tight ? 10 : 40))
      << "that the ends of so many could not be known";
  EXPECT_THAT(faults.misheard, ::testing::SizeIs(::testing::Le(faults.watched / 100)));
  // Where requests are short, looks are seldom.
  EXPECT_GT(faults.watched, GetParam().is_tight ? 0 : told / 10);
  EXPECT_LT(faults.coarse, month.plays.size() * (GetParam().is_tight ? 3 : 1) / 4)
      << "that the ends of so many are so uncertain";
  EXPECT_LT(faults.shown_in_gaps, told / 100) << "what was shown was not missed";
  EXPECT_LT(faults.gaps_ms, 8 * base::kMsPerDay);
  EXPECT_EQ(month.episodes, std::ranges::count_if(script, [](const ScriptedPlay& play) {
              return play.kind == "episode" && play.first_seen_ms > 0;
            }));
  EXPECT_GT(month.episodes, 5);
  const auto records = fake.Records();
  for (const auto& [id, items] : TrueLists()) EXPECT_EQ(month.lists.at(id), items) << id;
  EXPECT_GT(faults.hidden, 0U) << "the 51st was to be missed";
  EXPECT_GT(month.playlists, 0);
  const bool has_features = GetParam().profile == fakes::Profile::kExtended;
  EXPECT_EQ(sink.taken["audio features"] >= world.tracks.size(), has_features);
  EXPECT_GT(records.size(), 20'000U);
  EXPECT_THAT(records, ::testing::Not(::testing::Contains(::testing::Truly(IsOverrun))));
  for (const std::string& kind : fakes::FailureKinds())
    EXPECT_GT(std::ranges::count(records, kind, &fakes::RequestRecord::reason), 0) << kind;
  EXPECT_GT(std::ranges::count(records, "token", &fakes::RequestRecord::family), 10);
  EXPECT_GT(logins, 5) << "taken back three times, and ended once";
  if (GetParam().is_tight) {
    const auto limits = LimitsOf(GetParam());
    for (const auto family : {spotify::Family::kPlaylists, spotify::Family::kPlayer}) {
      const auto most = limits.family_day_max[static_cast<std::size_t>(family)];
      const auto used = UsedPercent(records, family, most);
      EXPECT_GE(used, family == spotify::Family::kPlayer ? 70 : 90) << spotify::FamilyName(family);
      EXPECT_LE(used, 100) << spotify::FamilyName(family);
    }
  }
  fmt::print(
      "{} plays, {} told, {} stored, {} of them estimated with another end, {} hidden by the limit of 50, "
      "{} gaps of {} h with {} shown in them, {} kills, {} requests, {} lists, {} watched, {} of them "
      "misheard, {} coarse, {} logins, {} episodes; lost: {}; invented: {}\n",
      script.size(), told, month.plays.size(), faults.open, faults.hidden, month.gaps.size(),
      faults.gaps_ms / kMsPerHour, faults.shown_in_gaps, kills, records.size(), month.playlists,
      faults.watched, faults.misheard.size(), faults.coarse, logins, month.episodes,
      fmt::join(faults.lost, ", "), fmt::join(faults.invented, ", "));
}

INSTANTIATE_TEST_SUITE_P(Profiles, SpotifyMonth,
                         ::testing::Values(Month{fakes::Profile::kExtended, 4},
                                           Month{fakes::Profile::kDevExisting, 2, true},
                                           Month{fakes::Profile::kDevNew, 3}));

}  // namespace
}  // namespace earprint::app
