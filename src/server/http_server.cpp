#include "server/http_server.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/socket_path.hpp"
#include "base/text.hpp"
#include "server/http_core.hpp"
#include "server/upload_file.hpp"

namespace earprint::server {

namespace {

using namespace std::chrono_literals;
constexpr auto kAcceptPause = 50ms;  // out of descriptors or connections: until some are closed
constexpr mode_t kOwnerOnly = 0177;

}  // namespace

/// The parts that take connections in; what the sessions need is in the core.
struct HttpServer::Doors {
  explicit Doors(HttpCore& to)
      : core(to), signals(to.context), tcp(to.context), local(to.context), grace(to.context) {}

  HttpCore& core;
  net::signal_set signals;
  net::ip::tcp::acceptor tcp;
  net::local::stream_protocol::acceptor local;
  net::steady_timer grace;
  std::thread thread;
  bool is_local_bound = false;

  template <typename Acceptor>
  net::awaitable<void> Accept(Acceptor& from, bool is_local);
  base::Result<std::uint16_t> BindTcp();
  base::Result<void> BindLocal();
  void Close();
};

template <typename Acceptor>
net::awaitable<void> HttpServer::Doors::Accept(Acceptor& from, bool is_local) {
  while (!core.stopping) {
    if (core.connections >= core.options.limits.connections_max) {
      net::steady_timer timer(core.context, kAcceptPause);
      co_await timer.async_wait(net::use_awaitable);
      continue;
    }
    auto [failed, socket] = co_await from.async_accept(net::as_tuple(net::use_awaitable));
    if (core.stopping) co_return;
    if (failed) {
      net::steady_timer timer(core.context, kAcceptPause);
      co_await timer.async_wait(net::use_awaitable);
      continue;
    }
    ++core.connections;
    ++core.api.meter().connections;
    net::co_spawn(core.context, ServeConnection(core, std::move(socket), is_local),
                  [this](const std::exception_ptr&) {
                    --core.connections;
                    --core.api.meter().connections;
                    if (core.stopping && core.connections == 0) grace.cancel();
                  });
  }
}

base::Result<std::uint16_t> HttpServer::Doors::BindTcp() {
  const HttpServerOptions& options = core.options;
  boost::system::error_code failed;
  const auto address = net::ip::make_address(options.address, failed);
  if (failed) {
    return base::Fail(base::ErrorCode::kInvalidInput, "listen", options.address, "it is no address",
                      "127.0.0.1");
  }
  for (const std::string& name : options.allowed_hosts) core.hosts.names.push_back(HostName(name));
  core.hosts.any_address = address.is_unspecified();
  core.hosts.names.push_back(address.is_v6() ? "[" + address.to_string() + "]" : address.to_string());
  const net::ip::tcp::endpoint endpoint(address, options.port);
  tcp.open(endpoint.protocol(), failed);
  if (!failed) tcp.set_option(net::socket_base::reuse_address(true), failed);
  if (!failed) tcp.bind(endpoint, failed);
  if (!failed) tcp.listen(net::socket_base::max_listen_connections, failed);
  if (failed) {
    return base::Fail(base::ErrorCode::kConflict, "listen",
                      fmt::format("{}:{}", options.address, options.port), failed.message(),
                      "another port, e.g. --listen 127.0.0.1:8301");
  }
  return tcp.local_endpoint().port();
}

base::Result<void> HttpServer::Doors::BindLocal() {
  const std::string& path = core.options.socket_path;
  if (path.empty()) return {};
  std::error_code ignored;
  // Left behind by a server that was killed: who serves a folder holds its lock, so no other lives.
  if (std::filesystem::is_socket(path, ignored)) std::filesystem::remove(path, ignored);
  boost::system::error_code failed;
  local.open(net::local::stream_protocol(), failed);
  const mode_t before = ::umask(kOwnerOnly);  // the file must not be open to others for a moment
  if (!failed) local.bind(net::local::stream_protocol::endpoint(base::SocketPath(path).text()), failed);
  is_local_bound = !failed;
  ::umask(before);
  if (!failed) local.listen(net::socket_base::max_listen_connections, failed);
  if (failed) {
    return base::Fail(base::ErrorCode::kConflict, "open local socket", path, failed.message(),
                      "remove what lies there, or choose another data folder");
  }
  return {};
}

/// On the network's thread. The thread ends when nothing is left to do.
void HttpServer::Doors::Close() {
  boost::system::error_code ignored;
  tcp.close(ignored);
  local.close(ignored);
  signals.cancel(ignored);
  signals.clear(ignored);  // the next one is the system's
  for (AnySocket* socket : core.idle) socket->close(ignored);
  core.WakeLive();
  if (core.connections == 0) return;
  grace.expires_after(core.options.limits.grace_time);
  grace.async_wait([this](const boost::system::error_code& woken) {
    if (!woken) core.context.stop();
  });
}

HttpServer::HttpServer(HttpServerOptions options, Api& api)
    : core_(std::make_unique<HttpCore>(std::move(options), api)), doors_(std::make_unique<Doors>(*core_)) {}

HttpServer::~HttpServer() {
  Stop();
  Wait();
  // What has not begun never will; what has, ends.
  for (net::thread_pool* pool : {&core_->imports, &core_->publishing, &core_->workers, &core_->disk})
    pool->stop();
  for (net::thread_pool* pool : {&core_->imports, &core_->publishing, &core_->workers, &core_->disk})
    pool->join();
  core_->api.OnNews({});
  std::error_code ignored;
  if (doors_->is_local_bound) std::filesystem::remove(core_->options.socket_path, ignored);
}

base::Result<std::uint16_t> HttpServer::Start() {
  std::error_code ignored;
  std::filesystem::create_directories(core_->options.upload_folder, ignored);
  RemoveOldUploads(core_->options.upload_folder);
  auto port = doors_->BindTcp();
  if (!port) return port;
  if (auto bound = doors_->BindLocal(); !bound) return std::unexpected(bound.error());
  boost::system::error_code no_signals;
  doors_->signals.add(SIGINT, no_signals);
  doors_->signals.add(SIGTERM, no_signals);
  doors_->signals.async_wait([this](const boost::system::error_code& cancelled, int) {
    if (!cancelled) Stop();
  });
  HttpCore& core = *core_;
  core.api.OnNews([&core] { net::post(core.context, [&core] { core.WakeLive(); }); });
  net::co_spawn(core.context, doors_->Accept(doors_->tcp, false), net::detached);
  if (doors_->local.is_open())
    net::co_spawn(core.context, doors_->Accept(doors_->local, true), net::detached);
  doors_->thread = std::thread([&core] { core.context.run(); });
  return port;
}

void HttpServer::Wait() {
  if (doors_->thread.joinable()) doors_->thread.join();
}

void HttpServer::Stop() {
  if (core_->stopping.exchange(true)) return;
  net::post(core_->context, [doors = doors_.get()] { doors->Close(); });
}

}  // namespace earprint::server
