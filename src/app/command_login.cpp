#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <thread>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/listener_choice.hpp"
#include "app/local_client.hpp"
#include "app/pipeline.hpp"
#include "app/serving/figures_server.hpp"
#include "app/spotify_desk.hpp"

namespace earprint::app {

namespace {

namespace json = boost::json;
namespace spotify = sources::spotify;

constexpr auto kLookEvery = std::chrono::milliseconds(500);
/// As long as the window in which requests are counted, and a little.
constexpr std::int64_t kPatienceMs = 45'000;

/// Of the state that a running server tells.
struct LoginNews {
  std::uint64_t logins = 0;
  std::string problem;
};

LoginNews NewsOf(const std::string& state) {
  const json::value app = json::parse(state).at("app");
  return {app.at("logins").to_number<std::uint64_t>(), std::string(app.at("login_problem").as_string())};
}

/// The server that runs has the callback: it is asked for the address, and told of until somebody has logged
/// in.
ExitCode LoginByServer(LocalClient& server, const std::string& listener, const LoginOptions& options) {
  if (!options.client_id.empty()) {
    auto set =
        server.Post("/api/v1/spotify/app", json::serialize(json::object{{"client_id", options.client_id}}));
    if (!set) return Complain(set.error());
  }
  auto before = server.Get("/api/v1/spotify");
  if (!before) return Complain(before.error());
  auto begun = server.Post("/api/v1/spotify/login", json::serialize(json::object{{"listener", listener}}));
  if (!begun) return Complain(begun.error());
  fmt::print("Open this address in the browser of this machine:\n\n  {}\n\n",
             std::string(json::parse(*begun).at("url").as_string()));
  std::fflush(stdout);
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(spotify::kLoginMsMax);
  while (std::chrono::steady_clock::now() < end) {
    auto state = server.Get("/api/v1/spotify");
    if (!state) return Complain(state.error());
    const LoginNews news = NewsOf(*state);
    if (!news.problem.empty()) {
      fmt::print(stderr, "earprint: {}\n", news.problem);
      return ExitCode::kFailed;
    }
    if (news.logins > NewsOf(*before).logins) {
      fmt::print("{} is logged in; plays are brought in from now on.\n", listener);
      return ExitCode::kDone;
    }
    std::this_thread::sleep_for(kLookEvery);
  }
  fmt::print(stderr, "earprint: nobody has logged in within ten minutes; begin again: earprint login\n");
  return ExitCode::kFailed;
}

void PrintState(const spotify::HouseholdState& state) {
  if (state.listeners.empty()) fmt::print("Nobody is logged in to Spotify: earprint login\n");
  for (const spotify::ListenerState& one : state.listeners) {
    const bool is_in = one.access.state == spotify::LoginState::kLoggedIn;
    fmt::print("{}: {}, {} new\n", one.listener,
               is_in ? "logged in" : "a new login is needed: earprint login", one.sync.facts_taken);
    if (!one.access.notice.empty()) fmt::print("  {}\n", one.access.notice);
    if (one.sync.gaps_found > 0) fmt::print("  {} gaps: earprint query gaps\n", one.sync.gaps_found);
    if (one.sync.trouble) fmt::print("  {}\n", one.sync.trouble->Text());
  }
}

bool IsTroubled(const spotify::HouseholdState& state) {
  return std::ranges::any_of(state.listeners, [](const spotify::ListenerState& one) {
    return one.sync.trouble || one.access.state != spotify::LoginState::kLoggedIn;
  });
}

/// Requests in a row are bounded: a short wait is part of the work, a long one is for another day.
void SyncPatiently(spotify::SpotifyHousehold& household, const ports::Clock& clock) {
  household.SyncOnce();
  for (auto on = household.LibrariesGoOnAt(); on; on = household.LibrariesGoOnAt()) {
    const std::int64_t wait_ms = on->value - clock.Now().value;
    if (wait_ms > kPatienceMs) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(std::max<std::int64_t>(wait_ms, 1)));
    household.SyncOnce();
  }
}

}  // namespace

base::Result<std::string> MeantListener(const GlobalOptions& global) {
  if (!global.listener.empty()) return global.listener;
  std::vector<std::string> listeners;
  if (auto server = LocalClient::Connect(global.Folder())) {
    auto told = (*server)->Get("/api/v1/listeners");
    if (!told) return std::unexpected(told.error());
    for (const json::value& name : json::parse(*told).at("listeners").as_array())
      listeners.emplace_back(name.as_string());
    return ChooseListener(listeners, "");
  }
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return std::unexpected(pipeline.error());
  auto asker = Asker::Make(**pipeline, global.Zone());
  if (!asker) return std::unexpected(asker.error());
  return (*asker)->ListenerOr("");
}

ExitCode RunLogin(const GlobalOptions& global, const LoginOptions& options) {
  const auto listener = MeantListener(global);
  if (!listener) return Complain(listener.error());
  if (auto server = LocalClient::Connect(global.Folder())) {
    return LoginByServer(**server, *listener, options);
  }
  ServeOptions serve{.listen = options.listen};
  serve.login_listener = *listener;
  serve.client_id = options.client_id;
  return RunServe(global, serve);
}

ExitCode RunSync(const GlobalOptions& global, const SyncOptions& options) {
  if (auto server = LocalClient::Connect(global.Folder())) {
    fmt::print("The server that runs brings plays in by itself.\n");
    return ExitCode::kDone;
  }
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock);
  if (!pipeline) return Complain(pipeline.error());
  auto shared = OpenSharedLog(global, **pipeline);
  if (!shared) return Complain(shared.error());
  if (options.once && global.share) {
    return Complain({base::ErrorCode::kInvalidInput, "sync", "--once --share",
                     "who comes for a moment would only make the others share out anew",
                     "leave one of them out"});
  }
  auto share = OpenListenerShare(global);
  if (!share) return Complain(share.error());
  auto desk =
      SpotifyDesk::Open(global.Folder(), **pipeline, clock, SpotifyDesk::AppOfEnvironment(), share->get());
  if (!desk) return Complain(desk.error());
  spotify::SpotifyHousehold& household = (*desk)->household();
  auto asker = Asker::Make(**pipeline, global.Zone());
  if (!asker) return Complain(asker.error());
  const auto publishing = OpenPublishing(global.Folder(), **pipeline, **asker, global.Zone());
  const DataFolder folder = global.Folder();
  const auto audit = OpenAudit(folder, **pipeline, **asker, clock, global.Zone());
  const auto leaving = OpenLeaving(
      {folder, (*pipeline)->engine(), **pipeline, *publishing, *audit, &household, shared->get()});
  // Before anything comes in: who was leaving is not followed.
  if (auto gone = leaving->GoOn(); !gone) (void)Complain(gone.error());
  // What is asked for is what the warehouse lacks: it must learn what was told.
  if (*shared) (*shared)->Start({});
  if (options.once) {
    SyncPatiently(household, clock);
    if (*shared && !(*shared)->WaitUntilHome())
      fmt::print("All is on the shared log; it comes home with the next command that reads there.\n");
    PrintState(household.State());
    return IsTroubled(household.State()) ? ExitCode::kFailed : ExitCode::kDone;
  }
  // Blocked before the threads begin, which inherit it, so that it comes to us.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGINT);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  household.on_change = [&household, tell = TellShareTroubles()] { tell(household.State()); };
  std::unique_ptr<FiguresServer> figures;
  if (!options.metrics.empty()) {
    auto started = FiguresServer::Start(options.metrics, [&household, &shared] {
      return (*shared ? (*shared)->FiguresText() : std::string()) + ShareFiguresText(household.State());
    });
    if (!started) return Complain(started.error());
    figures = std::move(*started);
    fmt::print("Figures are at {}\n", figures->url());
  }
  household.Start();
  const std::jthread keeper = leaving->Keep({});
  PrintState(household.State());
  fmt::print("Plays are brought in until Ctrl-C.\n");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&ends, &signal);
  if (*shared) (*shared)->Stop();  // who writes there waits no longer
  household.Stop();
  PrintState(household.State());
  return ExitCode::kDone;
}

}  // namespace earprint::app
