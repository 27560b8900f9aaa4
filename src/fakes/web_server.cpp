#include "fakes/web_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "base/text.hpp"

namespace earprint::fakes {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using Tcp = boost::asio::ip::tcp;

constexpr std::uint32_t kRequestBytesMax = 1U << 20;

std::optional<WebRequest> ToRequest(const http::request<http::string_body>& told) {
  const auto url = boost::urls::parse_origin_form(told.target());
  if (!url) return {};
  WebRequest request{.method = std::string(told.method_string()),
                     .target = std::string(told.target()),
                     .path = url->path(),
                     .query = ParseForm(url->encoded_query()),
                     .headers = {},
                     .body = told.body()};
  for (const auto& field : told)
    request.headers.emplace_back(base::AsciiLower(field.name_string()), std::string(field.value()));
  return request;
}

http::response<http::string_body> ToResponse(const WebAnswer& answer, bool keep_alive) {
  http::response<http::string_body> response;
  response.version(11);
  response.result(static_cast<unsigned>(answer.status));
  if (!answer.content_type.empty()) response.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) response.insert(name, value);
  response.keep_alive(keep_alive);
  response.body() = answer.body;
  // 204 and 304 have no body, and no word of its length either.
  if (answer.status != 204 && answer.status != 304) response.content_length(answer.body.size());
  return response;
}

}  // namespace

std::optional<std::string> Find(const TextPairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

std::string WebRequest::Header(std::string_view name) const { return Find(headers, name).value_or(""); }

std::optional<std::string> WebRequest::Query(std::string_view name) const { return Find(query, name); }

TextPairs ParseForm(std::string_view text) {
  TextPairs pairs;
  // As the query of an address: the library's own parser of a bare query reads past the end of a view.
  const std::string address = "/?" + std::string(text);
  const auto url = boost::urls::parse_origin_form(address);
  if (!url) return pairs;
  boost::urls::encoding_opts options;
  options.space_as_plus = true;
  for (const auto& part : url->encoded_params()) {
    if (part.key.empty() && !part.has_value) continue;
    pairs.emplace_back(part.key.decode(options), part.value.decode(options));
  }
  return pairs;
}

struct WebServer::Core {
  explicit Core(Handler to) : handler(std::move(to)), acceptor(context) {}

  struct Connection {
    explicit Connection(Tcp::socket with) : socket(std::move(with)) {}
    Tcp::socket socket;
    std::thread thread;
    bool is_over = false;
  };

  void Accept() {
    for (;;) {
      boost::system::error_code failed;
      Tcp::socket socket(context);
      acceptor.accept(socket, failed);
      const std::lock_guard lock(mutex);
      if (stopping) return;
      if (failed) continue;
      std::erase_if(connections, [](Connection& connection) {
        if (connection.is_over) connection.thread.join();
        return connection.is_over;
      });
      Connection& connection = connections.emplace_back(std::move(socket));
      connection.thread = std::thread([this, &connection] { Serve(connection); });
    }
  }

  void Serve(Connection& connection) {
    beast::flat_buffer buffer;
    Next next = Next::kAnother;
    while (next == Next::kAnother) next = ServeOne(connection.socket, buffer);
    boost::system::error_code ignored;
    if (next == Next::kReset) {
      connection.socket.set_option(boost::asio::socket_base::linger(true, 0),
                                   ignored);  // closing then sends RST
    } else {
      connection.socket.shutdown(Tcp::socket::shutdown_both, ignored);
    }
    const std::lock_guard lock(mutex);
    connection.socket.close(ignored);
    connection.is_over = true;
  }

  enum class Next : std::uint8_t { kAnother, kEnd, kReset };

  /// What becomes of the connection after one request.
  Next ServeOne(Tcp::socket& socket, beast::flat_buffer& buffer) {
    boost::system::error_code failed;
    http::request_parser<http::string_body> parser;
    parser.body_limit(kRequestBytesMax);
    http::read(socket, buffer, parser, failed);
    if (failed) return Next::kEnd;
    const auto request = ToRequest(parser.get());
    if (!request) return Next::kEnd;
    const WebAnswer answer = handler(*request);
    if (!Wait(answer.delay)) return Next::kEnd;
    if (answer.reset) return Next::kReset;
    const bool keep_alive = parser.get().keep_alive() && !answer.cut_after_bytes;
    auto response = ToResponse(answer, keep_alive);
    if (answer.cut_after_bytes) {
      response.body().resize(std::min(*answer.cut_after_bytes, response.body().size()));
    }
    http::write(socket, response, failed);
    return !failed && keep_alive ? Next::kAnother : Next::kEnd;
  }

  /// False when the server stops meanwhile.
  bool Wait(std::chrono::milliseconds delay) {
    std::unique_lock lock(mutex);
    if (delay.count() > 0) stopped.wait_for(lock, delay, [this] { return stopping; });
    return !stopping;
  }

  void Stop() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      stopped.notify_all();
      // The kernel's call, since the socket's object belongs to its thread: it wakes reads and the accept.
      for (Connection& connection : connections) {
        if (!connection.is_over) ::shutdown(connection.socket.native_handle(), SHUT_RDWR);
      }
      ::shutdown(acceptor.native_handle(), SHUT_RDWR);
    }
    accepting.join();
    for (Connection& connection : connections) connection.thread.join();
  }

  Handler handler;
  boost::asio::io_context context;
  Tcp::acceptor acceptor;
  std::uint16_t port = 0;
  std::thread accepting;
  std::mutex mutex;
  std::condition_variable stopped;
  bool stopping = false;
  std::list<Connection> connections;
};

WebServer::WebServer(std::unique_ptr<Core> core) : core_(std::move(core)) {}
WebServer::~WebServer() { core_->Stop(); }

base::Result<std::unique_ptr<WebServer>> WebServer::Start(Handler handler, std::uint16_t port) {
  auto core = std::make_unique<Core>(std::move(handler));
  boost::system::error_code failed;
  const Tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);
  core->acceptor.open(endpoint.protocol(), failed);
  core->acceptor.set_option(Tcp::acceptor::reuse_address(true), failed);
  core->acceptor.bind(endpoint, failed);
  if (!failed) core->acceptor.listen(boost::asio::socket_base::max_listen_connections, failed);
  if (failed) {
    return base::Fail(base::ErrorCode::kConflict, "act out a web service", fmt::format("127.0.0.1:{}", port),
                      failed.message(), "another port; 0 takes any free one");
  }
  core->port = core->acceptor.local_endpoint().port();
  Core* const running = core.get();
  core->accepting = std::thread([running] { running->Accept(); });
  return std::unique_ptr<WebServer>(new WebServer(std::move(core)));
}

std::uint16_t WebServer::port() const { return core_->port; }
std::string WebServer::address() const { return fmt::format("http://127.0.0.1:{}", core_->port); }

}  // namespace earprint::fakes
