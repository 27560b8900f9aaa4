#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/api.hpp"

namespace earprint::server {

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8300;      ///< 0: any free one
  std::string socket_path;        ///< local socket for commands of this machine; empty: none
  std::string upload_folder;      ///< where uploads lie while they are imported
  std::vector<std::string> allowed_hosts;  ///< names beyond loopback under which the server may be reached
};

/// Serves an Api over HTTP/1.1: one thread for the network, a few for the work.
///
/// Shape:   a request's header has at most 16 KiB and 10 s, a small body 1 MiB; uploads are streamed to a file, of any size.
///          A Host that is neither loopback nor allowed is refused (against DNS rebinding), as is a POST from another origin.
/// Errors:  Start gives kConflict when the port or socket is taken. Nothing that a client sends ends the process.
class HttpServer {
 public:
  HttpServer(HttpServerOptions options, Api& api);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Binds and begins to serve; gives the port.
  base::Result<std::uint16_t> Start();
  /// Blocks until Stop is called, or SIGINT or SIGTERM arrives.
  void Wait();
  void Stop();

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace earprint::server
