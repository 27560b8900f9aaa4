#include "app/serving/figures_server.hpp"

#include <utility>

#include "app/serving/serving.hpp"
#include "server/http_server.hpp"

namespace earprint::app {

namespace {

base::Failure NothingElse() {
  return base::Fail(base::ErrorCode::kNotFound, "answer", "", "this program answers /metrics alone",
                    "earprint serve");
}

server::ApiBackend BackendOf(std::function<std::string()> figures) {
  server::ApiBackend backend;
  backend.ask = [](const std::string&, const std::string&, server::ApiBackend::Pairs,
                   const std::string&) -> base::Result<server::WrittenAnswer> { return NothingElse(); };
  backend.values_json = [](const std::string&, const std::string&, const std::string&,
                           std::int64_t) -> base::Result<std::string> { return NothingElse(); };
  backend.listeners_json = []() -> base::Result<std::string> { return NothingElse(); };
  backend.data_version = []() -> base::Result<std::string> { return NothingElse(); };
  backend.catalogue_json = [] { return std::string("{}"); };
  backend.openapi_json = [] { return std::string("{}"); };
  backend.import = [](const ports::ImportRequest&,
                      const ports::ImportObserver&) -> base::Result<ports::ImportSummary> {
    return NothingElse();
  };
  backend.more_figures = std::move(figures);
  return backend;
}

}  // namespace

struct FiguresServer::Parts {
  Parts(std::function<std::string()> figures, const std::pair<std::string, std::uint16_t>& listen)
      : backend(BackendOf(std::move(figures))),
        api(backend, {}),
        http({.address = listen.first,
              .port = listen.second,
              .socket_path = {},
              .upload_folder = {},
              .allowed_hosts = {}},
             api) {}

  server::ApiBackend backend;
  server::Api api;
  server::HttpServer http;
};

FiguresServer::FiguresServer() = default;
FiguresServer::~FiguresServer() = default;

base::Result<std::unique_ptr<FiguresServer>> FiguresServer::Start(const std::string& listen,
                                                                  std::function<std::string()> figures) {
  auto address = ParseListen(listen);
  if (!address) return std::unexpected(address.error());
  std::unique_ptr<FiguresServer> made(new FiguresServer());
  made->parts_ = std::make_unique<Parts>(std::move(figures), *address);
  auto port = made->parts_->http.Start();
  if (!port) return std::unexpected(port.error());
  const bool is_v6 = address->first.contains(':');
  made->url_ = "http://" + (is_v6 ? "[" + address->first + "]" : address->first) + ":" +
               std::to_string(*port) + "/metrics";
  return made;
}

}  // namespace earprint::app
