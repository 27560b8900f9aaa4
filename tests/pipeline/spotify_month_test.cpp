// A month of three thousand plays at the invented Spotify, in each profile, with every failure at random for
// the whole time and the client killed on the way, in the middle of whatever it did: what Spotify showed is
// in the figures once, with its end, and what it would have shown and could not lies in a gap that is told.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/world/invented_world.hpp"
#include "sources/spotify/sync/spotify_household.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/spotify_room.hpp"
#include "tests/support/told_month.hpp"

namespace earprint::app {
namespace {

namespace json = boost::json;
namespace spotify = sources::spotify;
using base::kMsPerMinute;
using testing::ScriptedPlay;

constexpr std::int64_t kBegin = 1'795'000'000'000, kMsPerHour = 60 * kMsPerMinute;
constexpr int kDays = 30, kPlaysADay = 100, kKills = 20;
constexpr std::string_view kListener = "listener1";

/// Thrown where a kill meets the client: nothing after it happens.
struct Killed {};

/// Kills at the next thing that is sent, kept or given away, or at one soon after.
class Killer {
 public:
  explicit Killer(unsigned seed) : random_(seed) {}
  void Arm() { ++armed_; }
  void Meet() {
    if (armed_ == 0 || random_() % 5 != 0) return;
    --armed_;
    throw Killed();
  }

 private:
  std::mt19937 random_;
  int armed_ = 0;  ///< kills that are to come
};

/// The invented Spotify as a client's web, with what came through noted.
class Wire {
 public:
  Wire(fakes::FakeSpotify& fake, fakes::FakeClock& time, const testing::StoppedClock& clock, Killer& killer,
       std::vector<ScriptedPlay>& script)
      : fake_(fake), time_(time), clock_(clock), killer_(killer), script_(script) {}

  base::Result<ports::HttpAnswer> Send(const ports::HttpRequest& request) {
    killer_.Meet();
    time_.Set(clock_.Now());
    const fakes::WebRequest asked = testing::AskedOfFake(request);
    const fakes::WebAnswer answer = fake_.Answer(asked);
    auto came = testing::ToldByFake(answer);
    if (!came) return came;
    killer_.Meet();
    if (answer.status != 200) return came;
    const auto age = fakes::Find(answer.headers, "age");
    Note(asked.path, answer.body, clock_.now_ms - (age ? std::stoll(*age) * base::kMsPerSecond : 0));
    return came;
  }

 private:
  void Note(const std::string& path, const std::string& body, std::int64_t true_at_ms) {
    if (path == "/v1/me/player") {
      // One thing plays at a time: the last that began.
      auto next = std::ranges::upper_bound(script_, true_at_ms, {}, &ScriptedPlay::started_ms);
      if (next == script_.begin() || true_at_ms >= std::prev(next)->ended_ms) return;
      ScriptedPlay& play = *std::prev(next);
      if (play.first_seen_ms == 0) play.first_seen_ms = true_at_ms;
      play.last_seen_ms = std::max(play.last_seen_ms, true_at_ms);
    } else if (path == "/v1/me/player/recently-played") {
      if (listed_.empty()) {
        for (ScriptedPlay& play : script_) {
          if (play.is_listed) listed_.emplace(play.played_at_ms, &play);
        }
      }
      constexpr std::string_view kStamp = "\"played_at\":\"";
      for (std::size_t at = body.find(kStamp); at != std::string::npos; at = body.find(kStamp, at + 1)) {
        const std::size_t begin = at + kStamp.size();
        const auto stamp =
            base::ParseInstant(std::string_view(body).substr(begin, body.find('"', begin) - begin));
        ASSERT_TRUE(stamp);
        const auto [first, last] = listed_.equal_range(stamp->at.value);
        std::for_each(first, last, [](const auto& each) { each.second->was_shown = true; });
      }
    }
  }

  fakes::FakeSpotify& fake_;
  fakes::FakeClock& time_;
  const testing::StoppedClock& clock_;
  Killer& killer_;
  std::vector<ScriptedPlay>& script_;
  std::multimap<std::int64_t, ScriptedPlay*> listed_;  ///< by their stamps
};

/// Documents that outlive the client; a kill may come before one is kept, or after.
class MortalStates final : public ports::StateStore {
 public:
  explicit MortalStates(Killer& killer) : killer_(killer) {}
  base::Result<std::optional<std::string>> Load(const std::string& name) override { return kept_.Load(name); }
  base::Result<void> Save(const std::string& name, std::string_view document) override {
    killer_.Meet();
    auto saved = kept_.Save(name, document);
    killer_.Meet();
    return saved;
  }
  base::Result<void> Remove(const std::string& name) override { return kept_.Remove(name); }
  base::Result<std::vector<std::string>> Names() override { return kept_.Names(); }

 private:
  Killer& killer_;
  testing::MemoryStateStore kept_;
};

/// Takes what comes; at times it says that it could not though it did, or did not.
class LossySink final : public ports::FactSink {
 public:
  LossySink(unsigned seed, Killer& killer) : random_(seed), killer_(killer) {}
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                        const std::string&) override {
    killer_.Meet();
    const auto luck = random_() % 12;
    const ports::TakenReport report{batch.read, batch.events.size(), 0, batch.rejects.size()};
    if (luck != 0) {
      for (model::EventRef event : batch.events) {
        const auto begin = static_cast<std::uint32_t>(all.lines.size());
        all.lines.append(batch.lines, event.begin, event.size);
        event.begin = begin;
        all.events.push_back(event);
      }
      rejects += batch.rejects.size();
      taken[kind] += batch.events.size();
    }
    killer_.Meet();
    if (luck <= 1) return base::Fail(base::ErrorCode::kRetryLater, "append", "the log", "the disk is full");
    return report;
  }
  model::EventBatch all;
  std::size_t rejects = 0;
  std::map<std::string, std::size_t> taken;

 private:
  std::mt19937 random_;
  Killer& killer_;
};

/// Every track of the world, until features of as many were told.
class AllTracks final : public ports::WantedFeatures {
 public:
  AllTracks(std::vector<std::string> ids, LossySink& sink) : ids_(std::move(ids)), sink_(sink) {}
  base::Result<std::vector<std::string>> Next(const Question& question) override {
    if (sink_.taken["audio features"] >= ids_.size()) return std::vector<std::string>();
    return std::vector(ids_.begin(),
                       ids_.begin() + static_cast<std::ptrdiff_t>(std::min(ids_.size(), question.limit)));
  }

 private:
  std::vector<std::string> ids_;
  LossySink& sink_;
};

struct Month {
  fakes::Profile profile;
  unsigned seed;
};

void PrintTo(const Month& month, std::ostream* out) {
  *out << fakes::ProfileName(month.profile) << " seed " << month.seed;
}

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
  switches.quotas = {
      {"player", 4'000},      {"recently-played", 1'500}, {"playlists", 400}, {"playlist", 400},
      {"library", 300},       {"playlist-items", 500},    {"top", 100},       {"me", 100},
      {"audio-features", 500}};
  switches.rotates_refresh = month.seed % 2 == 0;
  switches.playlist_change_share = 0.02;
  switches.failures = {{"500", 0.01},         {"502", 0.01},     {"503", 0.01},   {"slow", 0.02},
                       {"cut", 0.02},         {"reset", 0.02},   {"rate", 0.01},  {"expired", 0.01},
                       {"invalid", 0.005},    {"quota", 0.0003}, {"stale", 0.02}, {"nothing", 0.01},
                       {"forbidden", 0.00005}};
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
  /// is off the list of users, takes the access back and logs in again hours later.
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
    for (int i = 0; i < 3; ++i) {
      const std::int64_t at_ms = Somewhen();
      events.push_back({at_ms, [this] { fake.Revoke(kListener); }});
      events.push_back({at_ms + 4 * kMsPerHour, [this] { wants_login = true; }});
    }
    for (int i = 0; i < kKills; ++i) events.push_back({Somewhen(), [this] { killer.Arm(); }});
    std::ranges::sort(events, std::greater(), &Event::at_ms);
    return events;
  }

  void Start() {
    household.reset();
    auto opened = spotify::SpotifyHousehold::Open({.client_id = fake.app().client_id,
                                                   .accounts_url = "https://accounts.spotify.example",
                                                   .api_url = "http://api.spotify.example/v1"},
                                                  {http, states, tokens, sink, clock, dice, &wanted});
    ASSERT_TRUE(opened) << opened.error().Text();
    household = std::move(*opened);
    ASSERT_TRUE(household->SetRedirect("http://127.0.0.1:8300/callback"));
  }

  /// As the listener's browser does.
  void LogIn() {
    const auto url = household->BeginLogin("me");
    ASSERT_TRUE(url) << url.error().Text();
    time.Set(clock.Now());
    const auto finished = household->FinishLogin(testing::AgreeAtFake(fake, *url, kListener));
    ASSERT_TRUE(finished) << finished.error().Text();
    wants_login = false;
  }

  /// One round of work; a kill in it, and the time until somebody starts the client again.
  void Work() {
    try {
      if (wants_login) LogIn();
      clock.now_ms = std::max(clock.now_ms + 1, household->SyncOnce().value);
    } catch (const Killed&) {
      const auto luck = random() % 6;
      clock.now_ms += luck == 0 ? 16 * kMsPerHour : luck == 1 ? 90 * kMsPerMinute : 2'000;
      ++kills;
      Start();
    }
  }

  void Live() {
    script = testing::ReadScript(fake.Truth(kListener));
    http.Answer([this](const ports::HttpRequest& request) { return wire.Send(request); });
    clock.now_ms = kBegin;
    Start();
    LogIn();
    std::vector<Event> events = Weather();
    // A pause of hours is an end.
    const std::int64_t end_ms = script.back().ended_ms + base::kMsPerDay;
    while (clock.now_ms < end_ms) {
      Work();
      for (; !events.empty() && events.back().at_ms <= clock.now_ms; events.pop_back())
        events.back().happen();
    }
    EXPECT_THAT(events, ::testing::IsEmpty());
  }

  static std::vector<std::string> IdsOf(const fakes::SpotifyWorld& world) {
    std::vector<std::string> ids;
    for (const auto& track : world.tracks) ids.push_back(track.id);
    return ids;
  }

  const fakes::SpotifyWorld world = fakes::InventWorld(
      {.seed = GetParam().seed, .listeners = 1, .from = {kBegin}, .days = kDays, .plays_a_day = kPlaysADay});
  std::mt19937 random{GetParam().seed};
  fakes::FakeClock time{{kBegin}};
  fakes::FakeSpotify fake{world, time, SwitchesOf(GetParam())};
  std::vector<ScriptedPlay> script;
  Killer killer{GetParam().seed + 2};
  testing::StoppedClock clock;
  Wire wire{fake, time, clock, killer, script};
  testing::ScriptedHttp http;
  MortalStates states{killer};
  testing::MemoryTokenStore tokens;
  testing::SeededRandom dice;
  LossySink sink{GetParam().seed + 1, killer};
  AllTracks wanted{IdsOf(world), sink};
  std::unique_ptr<spotify::SpotifyHousehold> household;
  bool wants_login = false;
  int kills = 0;
};

/// Was it refused for a quota that was used up, and not by chance?
bool IsOverrun(const fakes::RequestRecord& record) {
  return record.status == 429 && record.reason != "quota" && record.reason != "rate";
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
  EXPECT_LT(faults.open, told / 40) << "that the ends of so many could not be known";
  EXPECT_GT(faults.hidden, 0U) << "the 51st was to be missed";
  EXPECT_GT(month.playlists, 0);
  const bool has_features = GetParam().profile == fakes::Profile::kExtended;
  EXPECT_EQ(sink.taken["audio features"] >= world.tracks.size(), has_features);
  const auto records = fake.Records();
  EXPECT_GT(records.size(), 20'000U);
  EXPECT_THAT(records, ::testing::Not(::testing::Contains(::testing::Truly(IsOverrun))));
  for (const std::string& kind : fakes::FailureKinds()) {
    if (kind == "forbidden") continue;  // so rare that a month may have none
    EXPECT_GT(std::ranges::count(records, kind, &fakes::RequestRecord::reason), 0) << kind;
  }
  fmt::print(
      "{} plays, {} told, {} stored, {} of them estimated with another end, {} hidden by the limit of 50, "
      "{} gaps, {} kills, {} requests, {} lists\n",
      script.size(), told, month.plays.size(), faults.open, faults.hidden, month.gaps.size(), kills,
      records.size(), month.playlists);
}

INSTANTIATE_TEST_SUITE_P(Profiles, SpotifyMonth,
                         ::testing::Values(Month{fakes::Profile::kExtended, 1},
                                           Month{fakes::Profile::kDevExisting, 2},
                                           Month{fakes::Profile::kDevNew, 3}));

}  // namespace
}  // namespace earprint::app
