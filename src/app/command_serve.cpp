#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include "app/asker.hpp"
#include "app/command.hpp"
#include "app/import_printer.hpp"
#include "app/openapi.hpp"
#include "app/serving/memory_keeper.hpp"
#include "app/serving/serving.hpp"
#include "app/spotify_desk.hpp"
#include "base/embedded_file.hpp"
#include "fakes/demo/demo_spotify.hpp"
#include "metrics/answer_writer.hpp"
#include "metrics/answerer.hpp"
#include "metrics/track_sound.hpp"
#include "server/http_server.hpp"
#include "sources/demo/demo_listener.hpp"

namespace earprint::app {

namespace {

constexpr std::chrono::seconds kQuiet{60};
constexpr const char* kDemoListener = "demo";

/// What was put on a shared log is told when it has come home, so that the answers know of it.
base::Result<ports::ImportSummary> ImportHome(Pipeline& pipeline, SharedLog* shared,
                                              const ports::ImportRequest& request,
                                              const ports::ImportObserver& observer) {
  auto summary = pipeline.Import(request, observer);
  if (!summary || shared == nullptr) return summary;
  if (!shared->WaitUntilHome()) summary->total.note = "all is on the shared log, and still on its way here";
  summary->data_version = pipeline.DataVersion();
  return summary;
}

server::ApiBackend MakeBackend(Pipeline& pipeline, Asker& asker, SharedLog* shared) {
  server::ApiBackend backend;
  backend.ask = [&asker](const std::string& metric, const std::string& listener,
                         server::ApiBackend::Pairs pairs,
                         const std::string& format) -> base::Result<server::WrittenAnswer> {
    if (auto known = CheckFormat(format); !known) return std::unexpected(known.error());
    auto answer = asker.Ask(metric, listener, pairs);
    if (!answer) return std::unexpected(answer.error());
    return WriteAnswer(**answer, format);
  };
  backend.values_json = [&asker](const std::string& dimension, const std::string& text,
                                 const std::string& listener, std::int64_t limit) {
    auto chosen = asker.ListenerOr(listener);
    if (!chosen) return base::Result<std::string>(std::unexpected(chosen.error()));
    return ValuesJson(asker.answerer(), dimension, text, *chosen, limit);
  };
  backend.listeners_json = [&asker] { return ListenersJson(asker.answerer().Listeners()); };
  backend.sound_json = [&asker](const std::string& track_id, const std::string& title,
                                const std::string& artist) {
    return metrics::TrackSoundJson(asker.answerer(), base::sql_files(), {track_id, title, artist});
  };
  backend.data_version = [&asker] { return asker.answerer().DataVersion(); };
  backend.catalogue_json = [&asker] { return metrics::CatalogueJson(asker.catalogue()); };
  backend.openapi_json = [&asker] { return OpenApiJson(asker.catalogue()); };
  backend.import = [&pipeline, shared](const ports::ImportRequest& request,
                                       const ports::ImportObserver& observer) {
    return ImportHome(pipeline, shared, request, observer);
  };
  if (shared != nullptr) backend.more_figures = [shared] { return shared->FiguresText(); };
  return backend;
}

/// The last audit, another one when it is asked for, and one after each import.
void AddAudit(HouseAudit& auditing, server::ApiBackend& backend) {
  backend.audit_json = [&auditing] { return auditing.StateJson(); };
  backend.audit_now = [&auditing](const std::string& wish) { return auditing.RunJson(wish); };
  backend.import = [import = std::move(backend.import), &auditing](const ports::ImportRequest& request,
                                                                   const ports::ImportObserver& observer) {
    auto summary = import(request, observer);
    if (summary) auditing.NoteImport();
    return summary;
  };
}

/// Publishing when a command asks for it, and what is told of the stores that are kept up to date.
void AddPublishing(HousePublishing& publishing, server::ApiBackend& backend) {
  backend.publish = [&publishing](const std::string& wish, const server::SendEvent& send) {
    return publishing.RunJson(wish, send);
  };
  backend.more_figures = [more = std::move(backend.more_figures), &publishing] {
    return (more ? more() : std::string()) + publishing.FiguresText();
  };
}

/// What is told of the listeners that are shared with other collectors.
void AddShare(const sources::spotify::SpotifyHousehold& household, server::ApiBackend& backend) {
  backend.more_figures = [more = std::move(backend.more_figures), &household] {
    return (more ? more() : std::string()) + ShareFiguresText(household.State());
  };
}

/// What a listener's last connection left to be erased goes first.
base::Result<std::string> BeginLogin(sources::spotify::SpotifyHousehold& household, HouseLeaving& leaving,
                                     const std::string& listener) {
  if (auto ready = leaving.MakeReadyForLogin(listener); !ready)
    return std::unexpected(std::move(ready.error()));
  return household.BeginLogin(listener);
}

server::SpotifyBackend MakeSpotifyBackend(sources::spotify::SpotifyHousehold& household,
                                          HouseLeaving& leaving) {
  return {
      .state_json = [&household] { return sources::spotify::HouseholdJson(household.State()); },
      .set_client_id = [&household](const std::string& id) { return household.SetClientId(id); },
      .begin_login = [&household, &leaving](
                         const std::string& listener) { return BeginLogin(household, leaving, listener); },
      .finish_login = [&household](std::string_view query) { return household.FinishLogin(query); },
      .log_out = [&leaving](const std::string& listener) { return leaving.Disconnect(listener); }};
}

server::ReccoBeatsBackend MakeReccoBeatsBackend(const DataFolder& folder, const ports::Clock& clock) {
  return {.what_is_sent = WhatReccoBeatsIsSent(),
          .agreed_at = [folder] { return ReccoBeatsAgreedAt(folder); },
          .agree = [folder, &clock](bool agrees) { return AgreeToReccoBeats(folder, agrees, clock.Now()); }};
}

server::CoverBackend MakeCoverBackend(sources::spotify::PlaylistCovers& covers) {
  return {
      .addresses = [&covers](const std::string& listener) { return covers.Addresses(listener); },
      .fetch = [&covers](const std::string& listener,
                         const std::string& playlist) -> base::Result<std::pair<std::string, std::string>> {
        auto picture = covers.Fetch(listener, playlist);
        if (!picture) return std::unexpected(picture.error());
        return std::pair(std::move(picture->content_type), std::move(picture->bytes));
      }};
}

/// A server that is there for one login.
class LoginWatch {
 public:
  explicit LoginWatch(std::string listener) : listener_(std::move(listener)) {}
  void Begin() { has_begun_ = true; }

  /// True once the listener has logged in, or failed to. From any thread.
  bool IsOver(const sources::spotify::HouseholdState& state) {
    if (!has_begun_) return false;
    if (state.logins > 0) is_in_ = true;
    if (!state.login_problem.empty() && !has_failed_.exchange(true)) {
      fmt::print(stderr, "earprint: {}\n", state.login_problem);
    }
    return is_in_ || has_failed_;
  }

  ExitCode Result() const {
    if (listener_.empty()) return ExitCode::kDone;
    if (is_in_)
      fmt::print("{} is logged in. `earprint serve` or `earprint sync` bring plays in.\n", listener_);
    return is_in_ ? ExitCode::kDone : ExitCode::kFailed;
  }

 private:
  const std::string listener_;
  std::atomic<bool> has_begun_ = false, is_in_ = false, has_failed_ = false;
};

sources::spotify::SpotifyApp AppOf(const fakes::DemoSpotify& demo) {
  return {.client_id = demo.client_id(), .accounts_url = demo.address(), .api_url = demo.address() + "/v1"};
}

/// Beside the data of whoever tries it out, and not among it: what the environment names is meant for that.
DataFolder DemoFolder(const GlobalOptions& global) {
  const char* const of_all = std::getenv("EARPRINT_DATA");
  const bool is_named = !global.data.empty() && (of_all == nullptr || global.data != of_all);
  return is_named ? global.Folder() : DataFolder{ChooseDataFolder("").path + "-demo"};
}

/// The demo writes an invented history, and logs in at an invented Spotify.
base::Result<void> HoldsOnlyTheDemo(Pipeline& pipeline, const DataFolder& folder) {
  auto session = pipeline.Connect();
  if (!session) return std::unexpected(session.error());
  auto listeners = metrics::ReadListeners(**session);
  if (!listeners) return std::unexpected(listeners.error());
  if (std::ranges::all_of(*listeners, [](const std::string& name) { return name == kDemoListener; }))
    return {};
  return base::Fail(base::ErrorCode::kConflict, "show the demo", folder.path, "somebody's plays are there",
                    "--data with a folder of the demo's own, or none");
}

/// The demo's listener logs in, and agrees without being asked.
base::Result<void> LogIn(sources::spotify::SpotifyHousehold& household, fakes::DemoSpotify& demo) {
  auto url = household.BeginLogin(kDemoListener);
  if (!url) return std::unexpected(url.error());
  auto finished = household.FinishLogin(demo.AgreeTo(*url));
  if (!finished) return std::unexpected(finished.error());
  return {};
}

/// What Serve is to serve, and with which Spotify.
struct Served {
  DataFolder folder;
  Pipeline& pipeline;
  const ports::Clock& clock;
  std::string zone;
  fakes::DemoSpotify* demo = nullptr;  ///< instead of Spotify
  SharedLog* shared = nullptr;         ///< between the sources and the pipeline
  ports::ListenerShare* share = nullptr;
};

/// Has listeners followed, or one of them log in.
base::Result<void> FollowSpotify(sources::spotify::SpotifyHousehold& household, HouseLeaving& leaving,
                                 const Served& served, const ServeOptions& options, std::uint16_t port,
                                 LoginWatch& login) {
  auto ready = household.SetRedirect(sources::spotify::LoopbackRedirect(port));
  if (ready && !options.client_id.empty()) ready = household.SetClientId(options.client_id);
  if (ready && served.demo != nullptr) ready = LogIn(household, *served.demo);
  if (!ready) return ready;
  // A server that is there for one login leaves the plays to those that stay.
  if (options.login_listener.empty()) {
    household.Start();
    return {};
  }
  auto url = BeginLogin(household, leaving, options.login_listener);
  if (!url) return std::unexpected(url.error());
  login.Begin();
  fmt::print("Open this address in the browser of this machine:\n\n  {}\n\n", *url);
  return {};
}

ExitCode Serve(const Served& served, const ServeOptions& options) {
  const DataFolder& folder = served.folder;
  Pipeline& pipeline = served.pipeline;
  auto asker = Asker::Make(pipeline, served.zone);
  if (!asker) return Complain(asker.error());
  auto listen = ParseListen(options.listen);
  if (!listen) return Complain(listen.error());
  server::ApiBackend backend = MakeBackend(pipeline, **asker, served.shared);
  // Without it everything else works: exports need no Spotify.
  auto desk = SpotifyDesk::Open(
      folder, pipeline, served.clock,
      served.demo != nullptr ? AppOf(*served.demo) : SpotifyDesk::AppOfEnvironment(), served.share);
  if (!desk) (void)Complain(desk.error());
  if (!desk && !options.login_listener.empty()) return ExitCode::kFailed;
  if (desk) backend.covers = MakeCoverBackend((*desk)->covers());
  if (desk && served.share != nullptr) AddShare((*desk)->household(), backend);
  // The demo's ids are invented: nobody is to be asked about them.
  if (served.demo == nullptr) backend.reccobeats = MakeReccoBeatsBackend(folder, served.clock);
  const auto publishing = OpenPublishing(folder, pipeline, **asker, served.zone);
  AddPublishing(*publishing, backend);
  const auto auditing = OpenAudit(folder, pipeline, **asker, served.clock, served.zone);
  AddAudit(*auditing, backend);
  const auto leaving = OpenLeaving({folder, pipeline.engine(), pipeline, *publishing, *auditing,
                                    desk ? &(*desk)->household() : nullptr, served.shared});
  if (desk) backend.spotify = MakeSpotifyBackend((*desk)->household(), *leaving);
  backend.forget = [&leaving](const std::string& listener) { return leaving->Forget(listener); };
  backend.take_edit = TakeEdits(pipeline, **asker, served.clock, served.shared);
  backend.spotify.is_for_one_login = !options.login_listener.empty();
  server::Api api(backend, base::web_files());
  server::HttpServer http({.address = listen->first,
                           .port = listen->second,
                           .socket_path = folder.Socket(),
                           .upload_folder = folder.path + "/uploads",
                           .allowed_hosts = options.allowed_hosts},
                          api);
  auto kept_stores = publishing->Keep(options.publish);
  if (!kept_stores) return Complain(kept_stores.error());
  auto port = http.Start();
  if (!port) return Complain(port.error());
  LoginWatch login(options.login_listener);
  if (desk) {
    sources::spotify::SpotifyHousehold& household = (*desk)->household();
    household.on_change = [&api, &http, &login, &household, tell = TellShareTroubles()] {
      api.TellNews();
      const sources::spotify::HouseholdState state = household.State();
      tell(state);
      if (login.IsOver(state)) http.Stop();
    };
    auto begun = FollowSpotify(household, *leaving, served, options, *port, login);
    if (!begun) return Complain(begun.error());
  }
  if (served.shared != nullptr) served.shared->Start([&api] { api.TellNews(); });
  std::vector<std::jthread> keepers;
  keepers.push_back(std::move(*kept_stores));
  keepers.push_back(leaving->Keep([&api] { api.TellNews(); }));
  keepers.push_back(KeepCatalogues(folder, pipeline, served.clock));
  keepers.push_back(auditing->Keep([&api] { api.TellNews(); }));
  keepers.push_back(KeepReccoBeats(folder, pipeline, served.clock));
  keepers.push_back(KeepMemorySmall((*asker)->answerer(), [&pipeline] { pipeline.ReleaseMemory(); }, kQuiet,
                                    [&publishing] { return publishing->passes(); }));
  SayReady(listen->first, *port);
  http.Wait();
  if (served.shared != nullptr) served.shared->Stop();  // what it waits for holds up all below
  publishing->Close();
  for (std::jthread& keeper : keepers) keeper.request_stop();
  keepers.clear();
  if (desk) (*desk)->household().Stop();  // its threads call the server
  return login.Result();
}

}  // namespace

ExitCode RunServe(const GlobalOptions& global, const ServeOptions& options) {
  if (!options.store.empty() && !options.publish.empty()) {
    return Complain({base::ErrorCode::kInvalidInput, "serve", "--publish",
                     "a server that answers from a store has nothing to publish",
                     "leave out one of the two"});
  }
  if (!options.store.empty()) return RunServeStore(global, options);
  SystemClock clock;
  auto pipeline = Pipeline::Open(global.Folder(), clock, AnswerMemoryBytes());
  if (!pipeline) return Complain(pipeline.error());
  // Who is named to log in is no choice of whose events come home.
  auto shared =
      OpenSharedLog(global, **pipeline, options.login_listener.empty() ? global.listener : std::string());
  if (!shared) return Complain(shared.error());
  // A server that is there for one login follows nobody.
  auto share = options.login_listener.empty() ? OpenListenerShare(global)
                                              : base::Result<std::unique_ptr<ports::ListenerShare>>();
  if (!share) return Complain(share.error());
  return Serve({global.Folder(), **pipeline, clock, global.Zone(), nullptr, shared->get(), share->get()},
               options);
}

ExitCode RunDemo(const GlobalOptions& global, const DemoCommandOptions& options) {
  SystemClock clock;
  sources::DemoOptions demo;
  const std::int64_t today = clock.Now().value / base::kMsPerDay;
  demo.seed = options.seed;
  demo.now = clock.Now();
  demo.last_day = today - 1;
  demo.first_day = today - std::int64_t{8} * 365;
  if (options.plays > 0) demo.plays = options.plays;
  const DataFolder folder = DemoFolder(global);
  const std::string files = options.files_only.empty() ? folder.path + "/export" : options.files_only;
  if (auto written = sources::WriteDemo(files, demo); !written) return Complain(written.error());
  if (!options.files_only.empty()) return ExitCode::kDone;
  auto pipeline = Pipeline::Open(folder, clock, AnswerMemoryBytes());
  if (!pipeline) return Complain(pipeline.error());
  if (auto alone = HoldsOnlyTheDemo(**pipeline, folder); !alone) return Complain(alone.error());
  ImportPrinter printer(global.quiet, IsTerminal(STDERR_FILENO));
  auto summary = (*pipeline)->Import({.paths = {files}, .listener = kDemoListener}, printer.Observer());
  if (!summary) return Complain(summary.error());
  printer.PrintSummary(*summary);
  auto spotify = fakes::DemoSpotify::Start(sources::DemoListener(demo).catalogue(), demo.seed, clock.Now());
  if (!spotify) return Complain(spotify.error());
  const ServeOptions serve{.listen = "127.0.0.1:" + std::to_string(options.port)};
  const std::string zone = global.tz.empty() ? std::string(sources::kDemoHomeZone) : global.tz;
  return Serve({folder, **pipeline, clock, zone, spotify->get()}, serve);
}

}  // namespace earprint::app
