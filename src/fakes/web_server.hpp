#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace earprint::fakes {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

/// The first value of a name; nothing when there is none.
std::optional<std::string> Find(const TextPairs& pairs, std::string_view name);

/// "a=1&b=x%20y+z" in order, decoded; the form of queries and of form bodies alike.
TextPairs ParseForm(std::string_view text);

/// What a client asked.
struct WebRequest {
  std::string method;
  std::string target;  ///< as sent: path and query
  std::string path;    ///< decoded, without the query
  TextPairs query;     ///< decoded, in order
  TextPairs headers;   ///< names in lower case
  std::string body;

  /// A header's value; empty when it is not there.
  std::string Header(std::string_view name) const;
  /// The first value of a parameter; nothing when it is not there.
  std::optional<std::string> Query(std::string_view name) const;
};

/// What it gets, and how badly.
struct WebAnswer {
  int status = 200;
  TextPairs headers;  ///< beside Content-Type, Content-Length, Date and Connection
  std::string body;
  std::chrono::milliseconds delay{0};  ///< before the first byte
  std::optional<std::size_t>
      cut_after_bytes{};  ///< of the body: then the connection ends, though more was promised
  bool reset = false;     ///< no answer at all: the connection is reset
  std::string content_type = "application/json; charset=utf-8";
};

/// A small HTTP/1.1 server on the loopback address, for services that are acted out.
///
/// Shape:   a thread a connection, connections are kept alive; the handler is called from many threads at
///          once. A request whose head or body is larger than 1 MiB, or that is no HTTP, ends its connection.
/// Errors:  kConflict the port is taken.
/// Effects: the destructor ends every connection, waits for handlers under way, and cuts delays short.
class WebServer {
 public:
  using Handler = std::function<WebAnswer(const WebRequest&)>;

  /// Port 0: any free one.
  static base::Result<std::unique_ptr<WebServer>> Start(Handler handler, std::uint16_t port = 0);
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::uint16_t port() const;
  /// "http://127.0.0.1:PORT"
  std::string address() const;

 private:
  struct Core;
  explicit WebServer(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

}  // namespace earprint::fakes
