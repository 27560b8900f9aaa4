#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/api.hpp"

namespace earprint::server {

/// What one client may take of the server.
struct HttpLimits {
  std::uint32_t header_bytes_max = 16U << 10;     ///< beyond: 431
  std::size_t target_bytes_max = 8U << 10;        ///< beyond: 414
  std::uint64_t small_body_bytes_max = 1U << 20;  ///< beyond: 413; uploads are not bounded
  std::size_t connections_max = 512;              ///< more wait to be accepted
  std::chrono::milliseconds header_time{10'000};  ///< from a request's first byte to its header's last
  std::chrono::milliseconds idle_time{60'000};    ///< between requests
  /// For an answer, a small body, or each 256 KiB of an upload.
  std::chrono::milliseconds transfer_time{60'000};
  std::chrono::milliseconds heartbeat{15'000};  ///< of the live stream
  std::chrono::milliseconds drain_time{3'000};  ///< for what a refused client still sends
  std::chrono::milliseconds grace_time{5'000};  ///< for answers under way when the server ends
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8300;               ///< 0: any free one
  std::string socket_path;                 ///< local socket for commands of this machine; empty: none
  std::string upload_folder;               ///< where uploads lie while they are imported
  std::vector<std::string> allowed_hosts;  ///< names beyond loopback under which the server may be reached
  HttpLimits limits;
};

struct HttpCore;

/// Serves an Api over HTTP/1.1: one thread for the network, a few for the work, so that no question holds up
/// another client's bytes; one for imports and a few for publishing, so that these hold up no question.
///
/// Shape:   answers 400, 403, 404, 405, 413, 414, 415, 431, 500, 503 and 507 as problem documents. Slow
///          clients are cut off after the times of HttpLimits. A Host that is not ours is refused (against
///          DNS rebinding), as is a POST of another origin's page.
/// Errors:  Start gives kInvalidInput for what is no address, kConflict when port or socket is taken. Nothing
///          that a client sends ends the process.
/// Effects: the first SIGINT or SIGTERM stops it; a second one ends the process, which loses nothing.
class HttpServer {
 public:
  HttpServer(HttpServerOptions options, Api& api);
  /// Stops, and waits for the import that is under way.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Binds and begins to serve; gives the port.
  base::Result<std::uint16_t> Start();
  /// Blocks until Stop is called, or SIGINT or SIGTERM arrives, and the answers under way are given.
  void Wait();
  /// Accepts no more and ends idle connections. Thread-safe; returns at once.
  void Stop();

 private:
  struct Doors;
  std::unique_ptr<HttpCore> core_;
  std::unique_ptr<Doors> doors_;
};

}  // namespace earprint::server
