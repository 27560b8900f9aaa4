// The only unit that includes Beast: it takes 10 s to compile.
#include "server/http_server.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <zlib.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "base/text.hpp"

namespace earprint::server {

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;

constexpr std::uint32_t kHeaderBytesMax = 16U << 10;
constexpr std::uint64_t kSmallBodyBytesMax = 1U << 20;
constexpr std::size_t kUploadBufferBytes = 1U << 18;
constexpr std::size_t kGzipFromBytes = 1'024;
constexpr auto kHeaderTime = 10s;
constexpr auto kKeepAliveTime = 60s;
constexpr auto kTransferTime = 60s;
constexpr auto kHeartbeat = 15s;
constexpr auto kEventPause = 100ms;
constexpr std::size_t kWorkers = 3;

/// Events on their way from a worker to a connection.
struct EventQueue {
  std::mutex mutex;
  std::string text;
  std::atomic<bool> ended = false;
  std::atomic<bool> client_gone = false;
};

std::string EventText(std::string_view event, std::string_view data) {
  return fmt::format("event: {}\ndata: {}\n\n", event, data);
}

std::string Gzipped(const std::string& body) {
  z_stream stream{};
  deflateInit2(&stream, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));  // zlib's old signature
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

bool IsText(std::string_view type) {
  return type.starts_with("text/") || type.find("json") != std::string_view::npos || type.find("svg") != std::string_view::npos;
}

/// "localhost:8300" -> "localhost"; "[::1]:8300" -> "[::1]".
std::string HostName(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return base::AsciiLower(host.substr(0, colon));
}

}  // namespace

struct HttpServer::Core {
  HttpServerOptions options;
  Api& api;
  net::io_context context{1};
  net::thread_pool workers{kWorkers};
  net::signal_set signals{context, SIGINT, SIGTERM};
  net::ip::tcp::acceptor acceptor{context};
  net::local::stream_protocol::acceptor local_acceptor{context};
  std::thread thread;
  std::atomic<bool> stopping = false;
  std::atomic<std::uint64_t> next_upload = 0;

  Core(HttpServerOptions with, Api& to) : options(std::move(with)), api(to) {}

  base::Result<std::uint16_t> Bind();
  base::Result<void> BindLocal();
  template <typename Acceptor>
  net::awaitable<void> AcceptLoop(Acceptor& from, bool is_local);
  template <typename Socket>
  net::awaitable<void> Serve(Socket socket, bool is_local);
  template <typename Stream>
  net::awaitable<bool> ServeOne(Stream& stream, beast::flat_buffer& buffer, bool is_local);
  template <typename Stream, typename Parser>
  net::awaitable<bool> ReadUpload(Stream& stream, beast::flat_buffer& buffer, Parser& parser, const std::string& path);
  template <typename Stream>
  net::awaitable<void> WriteEvents(Stream& stream, Response& response);
  template <typename Stream>
  net::awaitable<void> WriteLive(Stream& stream);
  template <typename Stream>
  net::awaitable<void> WriteResponse(Stream& stream, const Request& request, Response response, bool keep_alive);
  std::optional<Response> Refusal(const Request& request) const;
  Request ToRequest(const http::request_header<>& header, bool is_local, std::optional<Response>& refusal) const;
};

namespace {

void AddCommonHeaders(http::response_header<>& header) {
  header.set(http::field::server, "earprint");
  header.set("X-Content-Type-Options", "nosniff");
  header.set("Referrer-Policy", "same-origin");
  header.set("X-Frame-Options", "DENY");
  header.set("Content-Security-Policy",
             "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
             "frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
}

}  // namespace

std::optional<Response> HttpServer::Core::Refusal(const Request& request) const {
  if (request.is_local) return {};
  const std::string host = HostName(request.Header("host"));
  const bool is_loopback = host == "localhost" || host == "127.0.0.1" || host == "[::1]";
  const bool is_allowed = is_loopback || std::ranges::find(options.allowed_hosts, host) != options.allowed_hosts.end();
  if (!is_allowed) {
    return Problem({base::ErrorCode::kUnauthorized, "answer", base::ToValidUtf8(host.substr(0, 80)),
                    "this server does not answer under that host name", "earprint serve --allow-host NAME"}, 403);
  }
  const std::string_view origin = request.Header("origin");
  if (request.method == "POST" && !origin.empty()) {
    const std::size_t slashes = origin.find("//");
    const std::string_view from = slashes == std::string_view::npos ? origin : origin.substr(slashes + 2);
    if (!base::EqualsIgnoringCase(from, request.Header("host"))) {
      return Problem({base::ErrorCode::kUnauthorized, "answer", "Origin", "another page's requests are refused", ""}, 403);
    }
  }
  return {};
}

Request HttpServer::Core::ToRequest(const http::request_header<>& header, bool is_local, std::optional<Response>& refusal) const {
  Request request;
  request.method = std::string(header.method_string());
  request.is_local = is_local;
  for (const auto& field : header) {
    request.headers[base::AsciiLower({field.name_string().data(), field.name_string().size()})] = std::string(field.value());
  }
  const auto target = header.target();
  if (auto parsed = ParseTarget({target.data(), target.size()}, request); !parsed) {
    refusal = Problem(parsed.error());
  } else {
    refusal = Refusal(request);
  }
  return request;
}

template <typename Stream, typename Parser>
net::awaitable<bool> HttpServer::Core::ReadUpload(Stream& stream, beast::flat_buffer& buffer, Parser& parser, const std::string& path) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  std::string chunk(kUploadBufferBytes, '\0');
  while (!parser.is_done()) {
    parser.get().body().data = chunk.data();
    parser.get().body().size = chunk.size();
    stream.expires_after(kTransferTime);
    const auto [failed, ignored] = co_await http::async_read(stream, buffer, parser, net::as_tuple(net::use_awaitable));
    if (failed && failed != http::error::need_buffer) co_return false;
    file.write(chunk.data(), static_cast<std::streamsize>(chunk.size() - parser.get().body().size));
    if (!file) co_return false;
  }
  co_return static_cast<bool>(file.flush());
}

template <typename Stream>
net::awaitable<void> HttpServer::Core::WriteResponse(Stream& stream, const Request& request, Response response, bool keep_alive) {
  http::response<http::string_body> message;
  message.result(static_cast<unsigned>(response.status));
  message.version(11);
  message.keep_alive(keep_alive);
  AddCommonHeaders(message.base());
  if (response.status != 304) message.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  const bool takes_gzip = request.Header("accept-encoding").find("gzip") != std::string_view::npos;
  if (takes_gzip && response.body.size() >= kGzipFromBytes && IsText(response.content_type)) {
    response.body = co_await net::co_spawn(
        workers, [&response]() -> net::awaitable<std::string> { co_return Gzipped(response.body); }, net::use_awaitable);
    message.set(http::field::content_encoding, "gzip");
  }
  message.set(http::field::vary, "Accept-Encoding");
  message.content_length(response.body.size());
  if (request.method != "HEAD") message.body() = std::move(response.body);
  http::response_serializer<http::string_body> serializer{message};
  stream.expires_after(kTransferTime);
  if (request.method == "HEAD") {
    co_await http::async_write_header(stream, serializer, net::use_awaitable);
  } else {
    co_await http::async_write(stream, serializer, net::use_awaitable);
  }
}

namespace {

template <typename Stream>
net::awaitable<void> BeginEvents(Stream& stream) {
  http::response<http::empty_body> head{http::status::ok, 11};
  head.set(http::field::content_type, "text/event-stream");
  head.set(http::field::cache_control, "no-store");
  head.keep_alive(false);
  AddCommonHeaders(head.base());
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer{head};
  stream.expires_after(kTransferTime);
  co_await http::async_write_header(stream, serializer, net::use_awaitable);
}

template <typename Stream>
net::awaitable<void> WriteChunk(Stream& stream, const std::string& text) {
  stream.expires_after(kTransferTime);
  co_await net::async_write(stream, http::make_chunk(net::buffer(text)), net::use_awaitable);
}

}  // namespace

template <typename Stream>
net::awaitable<void> HttpServer::Core::WriteEvents(Stream& stream, Response& response) {
  co_await BeginEvents(stream);
  // Shared: a worker goes on with the import when the client has left.
  auto queue = std::make_shared<EventQueue>();
  net::post(workers, [queue, work = std::move(response.stream)] {
    work([&queue](std::string_view event, std::string_view data) {
      const std::lock_guard lock(queue->mutex);
      queue->text += EventText(event, data);
      return !queue->client_gone;
    });
    queue->ended = true;
  });
  net::steady_timer timer(context);
  for (bool ended = false; !ended && !stopping;) {
    ended = queue->ended;
    std::string text;
    {
      const std::lock_guard lock(queue->mutex);
      text = std::exchange(queue->text, {});
    }
    if (!text.empty()) co_await WriteChunk(stream, text);
    if (ended) break;
    timer.expires_after(kEventPause);
    co_await timer.async_wait(net::use_awaitable);
  }
  stream.expires_after(kTransferTime);
  co_await net::async_write(stream, http::make_chunk_last(), net::use_awaitable);
}

template <typename Stream>
net::awaitable<void> HttpServer::Core::WriteLive(Stream& stream) {
  co_await BeginEvents(stream);
  net::steady_timer timer(context);
  std::string told;
  auto last = std::chrono::steady_clock::now();
  while (!stopping) {
    const std::string version = api.LiveVersion();
    const auto now = std::chrono::steady_clock::now();
    std::string text;
    if (version != told) text = EventText("version", "{\"data_version\":\"" + version + "\"}");
    if (text.empty() && now - last > kHeartbeat) text = ": still here\n\n";
    if (!text.empty()) {
      co_await WriteChunk(stream, text);
      told = version;
      last = now;
    }
    timer.expires_after(kEventPause * 3);
    co_await timer.async_wait(net::use_awaitable);
  }
}

template <typename Stream>
net::awaitable<bool> HttpServer::Core::ServeOne(Stream& stream, beast::flat_buffer& buffer, bool is_local) {
  http::request_parser<http::empty_body> header;
  header.header_limit(kHeaderBytesMax);
  header.body_limit(boost::none);
  const auto [failed, ignored] = co_await http::async_read_header(stream, buffer, header, net::as_tuple(net::use_awaitable));
  if (failed == http::error::end_of_stream || failed == beast::error::timeout || failed == net::error::eof) co_return false;
  if (failed) {
    const bool too_large = failed == http::error::header_limit;
    Response refusal = Problem({base::ErrorCode::kInvalidInput, "read request", "", failed.message(), ""}, too_large ? 431 : 400);
    co_await WriteResponse(stream, Request{.method = "GET"}, std::move(refusal), false);
    co_return false;
  }
  std::optional<Response> refusal;
  Request request = ToRequest(header.get(), is_local, refusal);
  const bool is_upload = !refusal && request.method == "POST" && request.path == "/api/v1/import";
  const bool has_body = header.chunked() || header.content_length().value_or(0) > 0;
  bool keep_alive = header.keep_alive();
  if (request.Header("expect") == "100-continue" && !refusal) {
    http::response<http::empty_body> go_on{http::status::continue_, 11};
    co_await http::async_write(stream, go_on, net::use_awaitable);
  }
  if (is_upload) {
    request.upload_path = fmt::format("{}/upload-{}-{}", options.upload_folder, ::getpid(), next_upload++);
    http::request_parser<http::buffer_body> body(std::move(header));
    if (!co_await ReadUpload(stream, buffer, body, request.upload_path)) {
      std::error_code gone;
      std::filesystem::remove(request.upload_path, gone);
      co_return false;
    }
  } else if (has_body && !refusal) {
    if (header.content_length().value_or(0) > kSmallBodyBytesMax) {
      refusal = Problem({base::ErrorCode::kInvalidInput, "read request", "", "the body is too large for this address", ""}, 413);
    } else {
      http::request_parser<http::string_body> body(std::move(header));
      body.body_limit(kSmallBodyBytesMax);
      stream.expires_after(kTransferTime);
      const auto [broken, bytes] = co_await http::async_read(stream, buffer, body, net::as_tuple(net::use_awaitable));
      if (broken) co_return false;
      request.body = std::move(body.get().body());
    }
  }
  if (refusal) {
    keep_alive = keep_alive && !has_body;  // an unread body would be taken for the next request
    co_await WriteResponse(stream, request, std::move(*refusal), keep_alive);
    co_return keep_alive;
  }
  if (request.path == "/api/v1/live" && request.method == "GET") {
    co_await WriteLive(stream);
    co_return false;
  }
  Response response = co_await net::co_spawn(
      workers, [this, &request]() -> net::awaitable<Response> { co_return api.Answer(request); }, net::use_awaitable);
  if (response.stream) {
    if (!request.upload_path.empty()) {
      response.stream = [work = std::move(response.stream), path = request.upload_path](const SendEvent& send) {
        work(send);
        std::error_code gone;
        std::filesystem::remove(path, gone);
      };
    }
    co_await WriteEvents(stream, response);
    co_return false;
  }
  if (!request.upload_path.empty()) {
    std::error_code gone;
    std::filesystem::remove(request.upload_path, gone);
  }
  co_await WriteResponse(stream, request, std::move(response), keep_alive);
  co_return keep_alive;
}

template <typename Socket>
net::awaitable<void> HttpServer::Core::Serve(Socket socket, bool is_local) {
  beast::basic_stream<typename Socket::protocol_type> stream(std::move(socket));
  beast::flat_buffer buffer;
  try {
    stream.expires_after(kHeaderTime);
    while (!stopping && co_await ServeOne(stream, buffer, is_local)) stream.expires_after(kKeepAliveTime);
    boost::system::error_code ignored;
    stream.socket().shutdown(net::socket_base::shutdown_send, ignored);
  } catch (const std::exception&) {
    // The client left or the time ran out; there is nobody to tell.
  }
}

template <typename Acceptor>
net::awaitable<void> HttpServer::Core::AcceptLoop(Acceptor& from, bool is_local) {
  while (!stopping) {
    auto [failed, socket] = co_await from.async_accept(net::as_tuple(net::use_awaitable));
    if (failed == net::error::operation_aborted) co_return;
    if (failed) {  // out of descriptors, say: let some be closed
      net::steady_timer timer(context, kEventPause);
      co_await timer.async_wait(net::use_awaitable);
      continue;
    }
    net::co_spawn(context, Serve(std::move(socket), is_local), net::detached);
  }
}

base::Result<std::uint16_t> HttpServer::Core::Bind() {
  boost::system::error_code failed;
  const auto address = net::ip::make_address(options.address, failed);
  if (failed) return base::Fail(base::ErrorCode::kInvalidInput, "listen", options.address, "it is no address", "127.0.0.1");
  const net::ip::tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), failed);
  if (!failed) acceptor.set_option(net::socket_base::reuse_address(true), failed);
  if (!failed) acceptor.bind(endpoint, failed);
  if (!failed) acceptor.listen(net::socket_base::max_listen_connections, failed);
  if (failed) {
    return base::Fail(base::ErrorCode::kConflict, "listen", fmt::format("{}:{}", options.address, options.port), failed.message(),
                      "another port, e.g. --listen 127.0.0.1:8301");
  }
  return acceptor.local_endpoint().port();
}

base::Result<void> HttpServer::Core::BindLocal() {
  if (options.socket_path.empty()) return {};
  std::error_code ignored;
  std::filesystem::remove(options.socket_path, ignored);  // the folder's lock says that no other server lives
  boost::system::error_code failed;
  const mode_t before = ::umask(0177);
  local_acceptor.open(net::local::stream_protocol(), failed);
  if (!failed && options.socket_path.size() < 108) local_acceptor.bind(net::local::stream_protocol::endpoint(options.socket_path), failed);
  ::umask(before);
  if (options.socket_path.size() >= 108) return {};  // longer than the system allows: commands wait for the server's end
  if (!failed) local_acceptor.listen(net::socket_base::max_listen_connections, failed);
  if (failed) return base::Fail(base::ErrorCode::kConflict, "open local socket", options.socket_path, failed.message());
  net::co_spawn(context, AcceptLoop(local_acceptor, true), net::detached);
  return {};
}

HttpServer::HttpServer(HttpServerOptions options, Api& api) : core_(std::make_unique<Core>(std::move(options), api)) {}

HttpServer::~HttpServer() {
  Stop();
  if (core_->thread.joinable()) core_->thread.join();
  core_->workers.join();
  if (!core_->options.socket_path.empty()) {
    std::error_code ignored;
    std::filesystem::remove(core_->options.socket_path, ignored);
  }
}

base::Result<std::uint16_t> HttpServer::Start() {
  std::error_code failed;
  std::filesystem::create_directories(core_->options.upload_folder, failed);
  auto port = core_->Bind();
  if (!port) return port;
  if (auto bound = core_->BindLocal(); !bound) return std::unexpected(bound.error());
  net::co_spawn(core_->context, core_->AcceptLoop(core_->acceptor, false), net::detached);
  core_->signals.async_wait([this](const boost::system::error_code& error, int) {
    if (!error) Stop();
  });
  core_->thread = std::thread([this] { core_->context.run(); });
  return port;
}

void HttpServer::Wait() {
  if (core_->thread.joinable()) core_->thread.join();
}

void HttpServer::Stop() {
  if (core_->stopping.exchange(true)) return;
  net::post(core_->context, [this] {
    boost::system::error_code ignored;
    core_->acceptor.close(ignored);
    core_->local_acceptor.close(ignored);
    core_->signals.cancel(ignored);
    core_->context.stop();
  });
}

}  // namespace earprint::server
