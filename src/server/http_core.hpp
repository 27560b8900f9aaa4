#pragma once

// What one server's connections share. For http_server.cpp and http_session.cpp alone: Asio takes seconds to
// compile.

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <type_traits>
#include <utility>

#include "server/api.hpp"
#include "server/http_server.hpp"
#include "server/request_guard.hpp"

namespace earprint::server {

namespace net = boost::asio;

/// A connection over TCP or the local socket alike.
using AnySocket = net::generic::stream_protocol::socket;

struct HttpCore {
  static constexpr std::size_t kWorkers = 3, kPublishing = 2;

  HttpCore(HttpServerOptions with, Api& to) : options(std::move(with)), api(to) {}

  const HttpServerOptions options;
  Api& api;
  HostRules hosts;
  net::io_context context{1};
  // After the context, so that they are gone before it: what waits in them holds frames of the context's
  // coroutines.
  net::thread_pool workers{kWorkers};
  net::thread_pool imports{1};
  net::thread_pool publishing{kPublishing};  ///< who comes second waits in it
  net::thread_pool disk{1};
  std::atomic<bool> stopping = false;

  // Of the network's thread alone:
  std::size_t connections = 0;
  std::set<AnySocket*> idle;          ///< between two requests: closed when the server stops
  std::set<net::steady_timer*> live;  ///< waiting for news
  std::uint64_t news = 0;             ///< how often there was some

  /// Wakes those who wait for news. On the network's thread.
  void WakeLive() {
    ++news;
    for (net::steady_timer* timer : live) timer->cancel();
  }
};

/// Runs work on a pool and comes back to the network's thread with its result.
template <typename Work>
net::awaitable<std::invoke_result_t<Work&>> On(net::thread_pool& pool, Work work) {
  using Result = std::invoke_result_t<Work&>;
  co_return co_await net::co_spawn(
      pool, [&work]() -> net::awaitable<Result> { co_return work(); }, net::use_awaitable);
}

/// Does something when a scope is left, however.
template <typename Work>
class AtEnd {
 public:
  explicit AtEnd(Work work) : work_(std::move(work)) {}
  ~AtEnd() { work_(); }
  AtEnd(const AtEnd&) = delete;
  AtEnd& operator=(const AtEnd&) = delete;

 private:
  Work work_;
};

/// Serves one connection until it ends. Never throws.
net::awaitable<void> ServeConnection(HttpCore& core, AnySocket socket, bool is_local);

}  // namespace earprint::server
