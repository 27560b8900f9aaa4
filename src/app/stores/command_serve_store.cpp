#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "app/command.hpp"
#include "app/serving/serving.hpp"
#include "app/stores/store_backend.hpp"
#include "app/stores/store_choice.hpp"
#include "base/embedded_file.hpp"
#include "server/http_server.hpp"

namespace earprint::app {

namespace {

constexpr std::chrono::seconds kLooksApart{1};

/// Tells open pages of a new data version, until it is asked to stop.
std::jthread WatchStore(server::Api& api) {
  return std::jthread([&api](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    while (!wake.wait_for(lock, stop, kLooksApart, [&stop] { return stop.stop_requested(); })) api.TellNews();
  });
}

}  // namespace

ExitCode RunServeStore(const GlobalOptions& global, const ServeOptions& options) {
  auto listen = ParseListen(options.listen);
  if (!listen) return Complain(listen.error());
  auto store = ChooseStore(options.store);
  if (!store) return Complain(store.error());
  auto asker = StoreAsker::Make(std::move(*store),
                                {.default_tz = global.Zone(), .memory_max_bytes = options.memory_mib << 20U});
  if (!asker) return Complain(asker.error());
  const server::ApiBackend backend = (*asker)->Backend();
  server::Api api(backend, base::web_files());
  server::HttpServer http({.address = listen->first,
                           .port = listen->second,
                           .socket_path = {},
                           .upload_folder = {},
                           .allowed_hosts = options.allowed_hosts},
                          api);
  auto port = http.Start();
  if (!port) return Complain(port.error());
  // A store that is away when the server starts may come later; what is wrong for good is said at once.
  if (auto version = backend.data_version(); !version) (void)Complain(version.error());
  std::jthread watch = WatchStore(api);
  SayReady(listen->first, *port);
  http.Wait();
  return ExitCode::kDone;
}

}  // namespace earprint::app
