// Two collectors of one house, each a program of its own, share its listeners out over a Kafka; one of them
// is killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "app/spotify_desk.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/web_server.hpp"
#include "fakes/world/invented_world.hpp"
#include "tests/support/fake_web.hpp"
#include "tests/support/kafka_run.hpp"
#include "tests/support/kafka_topics.hpp"
#include "tests/support/stored_listener.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/told_figures.hpp"

namespace earprint::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int kListeners = 8;

std::int64_t NowMs() { return app::SystemClock().Now().value; }

/// A request of one listener's, and which collector sent it.
struct AskedRequest {
  std::string collector, listener;
  std::int64_t begin_ms, end_ms;
};

/// The invented Spotify, at an address for each collector, with who asked for whom and when.
class WatchedSpotify {
 public:
  explicit WatchedSpotify(const std::vector<std::string>& collectors) {
    for (const std::string& name : collectors) {
      webs_[name] = std::move(*fakes::WebServer::Start(
          [this, name](const fakes::WebRequest& request) { return Answer(name, request); }));
    }
  }

  std::string AddressFor(const std::string& collector) const { return webs_.at(collector)->address(); }
  fakes::FakeSpotify& fake() { return fake_; }

  /// Whose are the tokens that are given out next.
  void SetLoggingIn(const std::string& listener) {
    const std::lock_guard lock(mutex_);
    logging_in_ = listener;
  }
  /// Gives a collector no token from now on, and waits until the last one that it got for each
  /// listener was used, by whomever. It seals a token before it uses it. A collector that dies between
  /// Spotify's answer and the sealing leaves a refresh token that Spotify has replaced, and its listener must
  /// log in again.
  bool EndTokensOf(const std::string& collector) {
    {
      const std::lock_guard lock(mutex_);
      without_tokens_ = collector;
    }
    return Eventually([&] {
      const std::lock_guard lock(mutex_);
      return unused_[collector].empty();
    });
  }
  void GiveTokensToAll() {
    const std::lock_guard lock(mutex_);
    without_tokens_.clear();
  }
  std::vector<AskedRequest> Asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::vector<std::string> Faults() const {
    const std::lock_guard lock(mutex_);
    return faults_;
  }
  /// Who was looked at by a collector since an instant.
  std::set<std::string> AskedBy(const std::string& collector, std::int64_t since_ms = 0) const {
    std::set<std::string> names;
    for (const AskedRequest& each : Asked()) {
      if (each.collector == collector && each.begin_ms >= since_ms) names.insert(each.listener);
    }
    return names;
  }

 private:
  static fakes::SpotifySwitches Switches() {
    fakes::SpotifySwitches switches;
    switches.profile = fakes::Profile::kExtended;
    switches.rate_max = 0;
    // Whoever takes a listener over with an old refresh token is refused.
    switches.rotates_refresh = true;
    switches.access_lives_ms = 90'000;  // it is renewed a minute before that
    return switches;
  }

  static std::string TextOf(const std::string& body, const std::string& name) {
    const std::string begin = "\"" + name + "\":\"";
    const std::size_t at = body.find(begin);
    if (at == std::string::npos) return "";
    return body.substr(at + begin.size(), body.find('"', at + begin.size()) - at - begin.size());
  }

  fakes::WebAnswer Answer(const std::string& collector, const fakes::WebRequest& request) {
    const std::int64_t begin_ms = NowMs();
    const std::lock_guard lock(mutex_);
    if (request.path == "/api/token" && collector == without_tokens_)
      return {.status = 503, .headers = {}, .body = ""};
    const fakes::WebAnswer answer = fake_.Answer(request);
    std::string listener = logging_in_;
    if (request.path == "/api/token") {
      const std::string refresh = ParameterOf(request.body, "refresh_token");
      if (!refresh.empty()) listener = owners_[refresh];
      if (answer.status != 200) faults_.push_back("token of " + listener + " refused: " + answer.body);
      for (const char* name : {"access_token", "refresh_token"}) {
        const std::string token = TextOf(answer.body, name);
        if (!token.empty()) owners_[token] = listener;
      }
      if (answer.status == 200) unused_[collector].insert(listener);
    } else {
      const std::string bearer = fakes::Find(request.headers, "authorization").value_or("");
      listener = bearer.starts_with("Bearer ") ? owners_[bearer.substr(7)] : "";
      for (auto& [each, listeners] : unused_) listeners.erase(listener);
    }
    if (listener.empty()) faults_.push_back("nobody's: " + request.path);
    asked_.push_back({collector, listener, begin_ms, NowMs()});
    return answer;
  }

  fakes::FakeClock time_{{NowMs()}, 1};
  fakes::FakeSpotify fake_{
      fakes::InventWorld(
          {.listeners = kListeners, .from = {NowMs() - 2 * base::kMsPerDay}, .days = 3, .plays_a_day = 60}),
      time_, Switches()};
  mutable std::mutex mutex_;
  std::string logging_in_;
  std::map<std::string, std::string> owners_;
  std::string without_tokens_;                           ///< a collector
  std::map<std::string, std::set<std::string>> unused_;  ///< whose newest token a collector has not used
  std::vector<AskedRequest> asked_;
  std::vector<std::string> faults_;
  std::map<std::string, std::unique_ptr<fakes::WebServer>> webs_;  ///< last, so that they end first
};

class KafkaCollectors : public ::testing::Test {
 protected:
  KafkaCollectors() {
    ::setenv("XDG_CONFIG_HOME", (folder / "config").c_str(), 1);
    // The process cannot be traced once it holds a key, and that is how leaks are looked for.
    ::setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
  }
  ~KafkaCollectors() override {
    for (const char* name :
         {"XDG_CONFIG_HOME", "EARPRINT_SPOTIFY_ACCOUNTS_URL", "EARPRINT_SPOTIFY_API_URL", "ASAN_OPTIONS"})
      ::unsetenv(name);
  }

  /// Everybody logs in, at a data folder that collects nothing.
  void LogAllIn() {
    auto pipeline = OpenAt(folder / "door");
    const app::SystemClock clock;
    const auto desk = Must(app::SpotifyDesk::Open({folder / "door", logins}, *pipeline, clock,
                                                  {.client_id = spotify.fake().app().client_id,
                                                   .accounts_url = spotify.AddressFor("door"),
                                                   .api_url = spotify.AddressFor("door") + "/v1"}));
    spotify::SpotifyHousehold& household = desk->household();
    ASSERT_TRUE(household.SetRedirect("http://127.0.0.1:8300/callback"));
    for (int i = 1; i <= kListeners; ++i) {
      const std::string name = "listener" + std::to_string(i);
      spotify.SetLoggingIn(name);
      const auto url = household.BeginLogin(name);
      ASSERT_TRUE(url) << url.error().Text();
      const auto done = household.FinishLogin(AgreeAtFake(spotify.fake(), *url, name));
      ASSERT_TRUE(done) << done.error().Text();
      names.insert(name);
    }
    spotify.SetLoggingIn("");
  }

  std::unique_ptr<ProgramRun> Collect(const std::string& name, const std::vector<std::string>& command) {
    ::setenv("EARPRINT_SPOTIFY_CLIENT_ID", spotify.fake().app().client_id.c_str(), 1);
    ::setenv("EARPRINT_SPOTIFY_ACCOUNTS_URL", spotify.AddressFor(name).c_str(), 1);
    ::setenv("EARPRINT_SPOTIFY_API_URL", (spotify.AddressFor(name) + "/v1").c_str(), 1);
    std::vector<std::string> arguments = {"--log",    topics.url(),
                                          "--kafka",  "session.timeout.ms=6000",
                                          "--kafka",  "heartbeat.interval.ms=500",
                                          "--data",   folder / name,
                                          "--logins", logins,
                                          "--share"};
    arguments.insert(arguments.end(), command.begin(), command.end());
    return std::make_unique<ProgramRun>(arguments);
  }

  TempFolder folder;
  const std::string logins = folder / "logins";
  WatchedSpotify spotify{{"door", "first", "second"}};
  KafkaTopics topics{ServerAddress("kafka"), 4};
  std::set<std::string> names;
};

/// Where one listener was asked about by two collectors at a time.
std::vector<std::string> OverlapsOf(std::vector<AskedRequest> asked) {
  std::vector<std::string> overlaps;
  std::ranges::sort(asked, {}, &AskedRequest::begin_ms);
  std::map<std::string, std::vector<AskedRequest>> open;
  for (const AskedRequest& each : asked) {
    for (const AskedRequest& other : open[each.listener]) {
      if (other.collector != each.collector && other.end_ms > each.begin_ms)
        overlaps.push_back(each.listener + " by " + other.collector + " and " + each.collector);
    }
    open[each.listener].push_back(each);
  }
  return overlaps;
}

TEST_F(KafkaCollectors, AKilledCollectorsListenersGoOnWithTheOtherAndNobodyIsAskedAboutTwiceAtATime) {
  ASSERT_NO_FATAL_FAILURE(LogAllIn());
  const std::vector<std::string> sync = {"sync", "--metrics", "127.0.0.1:0"},
                                 serve = {"serve", "--listen", "127.0.0.1:0"};
  auto first = Collect("first", sync);
  ASSERT_TRUE(Eventually([&] { return spotify.AskedBy("first") == names; })) << first->Words();
  auto second = Collect("second", serve);
  ASSERT_TRUE(Eventually([&] { return !spotify.AskedBy("second").empty(); })) << second->Words();
  // What each does once they have shared out: some listeners are the one's, some the other's.
  std::set<std::string> of_first, of_second;
  std::this_thread::sleep_for(std::chrono::seconds(6));  // the group moves shares one by one
  const std::int64_t shared_ms = NowMs();
  ASSERT_TRUE(Eventually([&] {
    of_first = spotify.AskedBy("first", shared_ms);
    of_second = spotify.AskedBy("second", shared_ms);
    return of_first.size() + of_second.size() >= names.size();
  })) << first->Words()
      << second->Words();
  EXPECT_FALSE(of_first.empty());
  EXPECT_FALSE(of_second.empty());
  for (const std::string& listener : of_first) EXPECT_FALSE(of_second.contains(listener)) << listener;
  const ToldFigures figures(*first);
  EXPECT_EQ(figures.Of("earprint_share_listeners"), static_cast<double>(of_first.size()));
  EXPECT_GT(figures.Of("earprint_share_partitions"), 0);
  EXPECT_EQ(figures.Of("earprint_share_is_troubled"), 0) << figures.Text() << first->Words();
  EXPECT_GT(figures.Of("earprint_kafka_written_events_total", "confirmed"), 0);
  ASSERT_TRUE(spotify.EndTokensOf("first"));
  first->Kill();
  spotify.GiveTokensToAll();
  const std::int64_t killed_ms = NowMs();
  EXPECT_TRUE(Eventually([&] { return spotify.AskedBy("second", killed_ms) == names; })) << second->Words();
  // One who comes back takes its share again.
  first = Collect("first", sync);
  const std::int64_t back_ms = NowMs();
  EXPECT_TRUE(Eventually([&] { return !spotify.AskedBy("first", back_ms).empty(); })) << first->Words();
  for (auto* each : {first.get(), second.get()}) {
    each->Ask(SIGTERM);
    EXPECT_EQ(each->Wait(), 0) << each->Words();
  }
  EXPECT_THAT(OverlapsOf(spotify.Asked()), IsEmpty());
  EXPECT_THAT(spotify.Faults(), IsEmpty());
  // What a collector told came home to it, so that it asks for nothing that it knows.
  for (const std::string folder_of : {"first", "second"})
    EXPECT_GT(CountPlays(*OpenAt(folder / folder_of), "true"), 0) << folder_of;
  // And all that was learned is on Kafka, once.
  MustRun({"--log", topics.url(), "--data", folder / "lake", "consume", "--once"});
  EXPECT_FALSE(IdsOfLake(folder / "lake").empty());
  auto pipeline = OpenAt(folder / "lake");
  for (const std::string& listener : names)
    EXPECT_GT(CountPlays(*pipeline, "listener = '" + listener + "'"), 0) << listener;
}

TEST_F(KafkaCollectors, SharingNeedsAKafkaAndGoesOn) {
  ProgramRun lonely({"--data", folder / "first", "--share", "sync"});
  EXPECT_EQ(lonely.Wait(), 2);
  EXPECT_THAT(lonely.Words(), HasSubstr("no Kafka is named"));
  ProgramRun once({"--log", topics.url(), "--data", folder / "first", "--share", "sync", "--once"});
  EXPECT_EQ(once.Wait(), 2);
}

}  // namespace
}  // namespace earprint::testing
