// Five listeners on one application of today, each with more to be looked at than a fifth of its requests,
// and one of them shut out: nobody's plays are lost unsaid, and no quota is overrun.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "fakes/fake_clock.hpp"
#include "fakes/spotify/fake_spotify.hpp"
#include "fakes/world/invented_world.hpp"
#include "sources/spotify/sync/spotify_household.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/spotify_room.hpp"
#include "tests/support/told_month.hpp"

namespace earprint::app {
namespace {

namespace spotify = sources::spotify;
using base::kMsPerMinute;

constexpr std::int64_t kBegin = 1'795'000'000'000;
constexpr int kDays = 2, kListeners = 5;
const std::string kRefused = "listener3";

/// All that each listener's plays came to.
class SortingSink final : public ports::FactSink {
 public:
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                        const std::string& listener) override {
    if (kind == "recently played") ++lists[listener];
    model::EventBatch& all = taken[listener];
    for (model::EventRef event : batch.events) {
      const auto begin = static_cast<std::uint32_t>(all.lines.size());
      all.lines.append(batch.lines, event.begin, event.size);
      event.begin = begin;
      all.events.push_back(event);
    }
    return ports::TakenReport{batch.read, batch.events.size(), 0, batch.rejects.size()};
  }
  std::map<std::string, model::EventBatch> taken;
  std::map<std::string, int> lists;
};

class FiveListeners : public ::testing::Test {
 protected:
  FiveListeners() {
    clock.now_ms = kBegin;
    http.Answer([this](const ports::HttpRequest& request) -> base::Result<ports::HttpAnswer> {
      time.Set(clock.Now());
      fakes::WebAnswer answer = fake.Answer(testing::AskedOfFake(request));
      return testing::ToldByFake(answer);
    });
    auto opened = spotify::SpotifyHousehold::Open({.client_id = fake.app().client_id,
                                                   .accounts_url = "https://accounts.spotify.example",
                                                   .api_url = "http://api.spotify.example/v1"},
                                                  {http, states, tokens, sink, clock, dice});
    EXPECT_TRUE(opened) << opened.error().Text();
    household = std::move(*opened);
    EXPECT_TRUE(household->SetRedirect("http://127.0.0.1:8300/callback"));
    for (int i = 1; i <= kListeners; ++i) {
      const std::string listener = "listener" + std::to_string(i);
      const auto url = household->BeginLogin(listener);
      EXPECT_TRUE(url) << url.error().Text();
      time.Set(clock.Now());
      const auto in = household->FinishLogin(testing::AgreeAtFake(fake, *url, listener));
      EXPECT_TRUE(in) << in.error().Text();
    }
  }

  static fakes::SpotifySwitches Switches() {
    fakes::SpotifySwitches switches;
    switches.profile = fakes::Profile::kDevNew;
    switches.show = {.skipped_listed_share = 0.3, .lag_ms = kMsPerMinute};
    switches.rate_max = 30;
    const spotify::BudgetLimits limits;
    const auto most = [&limits](spotify::Family family) {
      return limits.family_day_max[static_cast<std::size_t>(family)];
    };
    switches.quotas = {{"player", most(spotify::Family::kPlayer)},
                       {"recently-played", most(spotify::Family::kPlays)}};
    return switches;
  }

  fakes::FakeClock time{{kBegin}};
  fakes::FakeSpotify fake{
      fakes::InventWorld(
          {.seed = 7, .listeners = kListeners, .from = {kBegin}, .days = kDays, .plays_a_day = 160}),
      time, Switches()};
  testing::StoppedClock clock;
  testing::ScriptedHttp http;
  testing::MemoryStateStore states;
  testing::MemoryTokenStore tokens;
  testing::SeededRandom dice;
  SortingSink sink;
  std::unique_ptr<spotify::SpotifyHousehold> household;
};

TEST_F(FiveListeners, ShareWhatMayBeAsked) {
  ASSERT_TRUE(fake.Change({{"off_list", boost::json::array{kRefused}}}));
  while (clock.now_ms < kBegin + kDays * base::kMsPerDay)
    clock.now_ms = std::max(clock.now_ms + 1, household->SyncOnce().value);
  const auto records = fake.Records();
  EXPECT_EQ(std::ranges::count(records, "QUOTA_EXCEEDED", &fakes::RequestRecord::reason), 0);
  EXPECT_GT(std::ranges::count(records, "player", &fakes::RequestRecord::family), 4'000) << "in two days";
  std::mt19937 random(3);
  for (int i = 1; i <= kListeners; ++i) {
    const std::string listener = "listener" + std::to_string(i);
    if (listener == kRefused) {
      EXPECT_EQ(sink.lists[listener], 0);
      continue;
    }
    SCOPED_TRACE(listener);
    auto script = testing::ReadScript(fake.Truth(listener));
    std::erase_if(script, [this](const testing::ScriptedPlay& play) { return play.ended_ms > clock.now_ms; });
    const testing::StoredMonth month = testing::StoredOf(sink.taken[listener], random, listener);
    const testing::MonthFaults faults = testing::FaultsOf(script, month);
    EXPECT_THAT(faults.lost, ::testing::IsEmpty());
    EXPECT_EQ(month.gaps.size(), 0U) << "the list is read in time, whatever looks would take";
    std::size_t late = 0;  // what the list has not told yet
    for (const testing::ScriptedPlay& play : script)
      late += play.is_listed && play.listed_from_ms + 15 * kMsPerMinute > clock.now_ms;
    EXPECT_LE(faults.unsaid.size(), late);
    EXPECT_GT(month.plays.size(), script.size() / 2);
  }
}

}  // namespace
}  // namespace earprint::app
