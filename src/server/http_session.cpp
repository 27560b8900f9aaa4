// The only unit that includes Beast, since that takes 10 s and more to compile.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "server/events/event_queue.hpp"
#include "server/gzip.hpp"
#include "server/http_core.hpp"
#include "server/upload_file.hpp"

namespace earprint::server {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;
using base::ErrorCode;
using HeaderParser = http::request_parser<http::empty_body>;

constexpr auto kTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kFirstBytes = 4U << 10;
constexpr std::size_t kUploadBufferBytes = 256U << 10;
constexpr std::size_t kDrainBytes = 64U << 10;
constexpr std::size_t kGzipFromBytes = 1U << 10;
constexpr int kFastLevel = 4;  // of gzip, for answers made once
constexpr auto kEventPause = 100ms;

void AddCommonHeaders(http::fields& header) {
  header.set(http::field::server, "earprint");
  header.set("X-Content-Type-Options", "nosniff");
  header.set("X-Frame-Options", "DENY");
  header.set("Referrer-Policy", "same-origin");
  header.set("Cross-Origin-Resource-Policy", "same-origin");
  header.set(
      "Content-Security-Policy",
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; "
      "frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
}

std::string_view View(beast::string_view text) { return {text.data(), text.size()}; }

class HttpSession {
 public:
  HttpSession(HttpCore& core, AnySocket socket, bool is_local)
      : core_(core), limits_(core.options.limits), stream_(std::move(socket)), is_local_(is_local) {}

  net::awaitable<void> Run();

 private:
  net::awaitable<bool> WaitForRequest();
  net::awaitable<bool> ServeOne();
  net::awaitable<bool> RefuseHeader(const HeaderParser& header, beast::error_code failed);
  net::awaitable<bool> Refuse(const Request& request, Response refusal);
  net::awaitable<bool> ServeUpload(HeaderParser& header, Request& request);
  net::awaitable<std::optional<Response>> ReadSmallBody(HeaderParser& header, Request& request);
  net::awaitable<base::Result<bool>> ReadUpload(HeaderParser& header, UploadFile& file);
  net::awaitable<Response> Answer(const Request& request);
  net::awaitable<void> Write(const Request& request, Response response, bool keep_alive);
  net::awaitable<void> WriteEvents(Response response);
  net::awaitable<void> WriteLive();
  net::awaitable<void> BeginEvents();
  net::awaitable<void> WriteEvents(std::string text);
  net::awaitable<void> EndEvents();
  net::awaitable<void> Drain();
  Request ToRequest(const HeaderParser& parser, std::optional<Response>& refusal) const;

  HttpCore& core_;
  const HttpLimits& limits_;
  beast::basic_stream<net::generic::stream_protocol> stream_;
  beast::flat_buffer buffer_;
  bool is_local_;
  bool is_http_1_0_ = false;
};

net::awaitable<void> HttpSession::Run() {
  while (!core_.stopping) {
    if (!co_await WaitForRequest() || !co_await ServeOne()) break;
  }
  beast::error_code ignored;
  stream_.socket().shutdown(net::socket_base::shutdown_send, ignored);
}

/// Waits for a request's first bytes; false when none come.
net::awaitable<bool> HttpSession::WaitForRequest() {
  if (buffer_.size() > 0) co_return true;
  core_.idle.insert(&stream_.socket());
  const AtEnd leave([this] { core_.idle.erase(&stream_.socket()); });
  stream_.expires_after(limits_.idle_time);
  const auto [failed, bytes] = co_await stream_.async_read_some(buffer_.prepare(kFirstBytes), kTuple);
  if (failed) co_return false;
  buffer_.commit(bytes);
  co_return true;
}

Request HttpSession::ToRequest(const HeaderParser& parser, std::optional<Response>& refusal) const {
  Request request;
  const auto& header = parser.get();
  request.method = std::string(header.method_string());
  request.is_local = is_local_;
  for (const auto& field : header) {
    const std::string name = base::AsciiLower(View(field.name_string()));
    std::string& value = request.headers[name];
    if (!value.empty()) value += ", ";
    value += View(field.value());
  }
  const std::string_view target = View(header.target());
  if (target.size() > limits_.target_bytes_max) {
    refusal = BadRequest("the address is too long", 414);
  } else if (header.count(http::field::host) > 1 || (header.count(http::field::host) == 0 && !is_http_1_0_)) {
    refusal = BadRequest("there must be one Host", 400);
  } else if (header.count(http::field::transfer_encoding) > 0 && !parser.chunked()) {
    refusal = BadRequest("this transfer encoding is not understood", 501);
  } else if (auto parsed = ParseTarget(target, request); !parsed) {
    refusal = Problem(parsed.error());
  } else {
    refusal = RefuseForeign(request, core_.hosts);
  }
  return request;
}

/// Serves one request; false when the connection must end with it.
net::awaitable<bool> HttpSession::ServeOne() {
  HeaderParser header;
  header.header_limit(limits_.header_bytes_max);
  header.body_limit(boost::none);
  stream_.expires_after(limits_.header_time);
  const auto [failed, bytes] = co_await http::async_read_header(stream_, buffer_, header, kTuple);
  if (failed) co_return co_await RefuseHeader(header, failed);
  is_http_1_0_ = header.get().version() < 11;
  const bool keep_alive = header.keep_alive();
  std::optional<Response> refusal;
  Request request = ToRequest(header, refusal);
  const bool has_body = header.chunked() || header.content_length().value_or(0) > 0;
  const bool is_upload = request.method == "POST" && request.path == "/api/v1/import";
  if (!refusal && has_body && !is_upload &&
      header.content_length().value_or(0) > limits_.small_body_bytes_max) {
    refusal = BadRequest("the body is too large for this address", 413);
  }
  if (refusal && has_body) co_return co_await Refuse(request, std::move(*refusal));
  if (refusal) {
    core_.api.meter().Count(request.path, refusal->status, 0);
    co_await Write(request, std::move(*refusal), keep_alive);
    co_return keep_alive;
  }
  if (has_body && base::EqualsIgnoringCase(request.Header("expect"), "100-continue")) {
    const std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    stream_.expires_after(limits_.transfer_time);
    co_await net::async_write(stream_, net::buffer(go_on), net::use_awaitable);
  }
  if (has_body && is_upload) co_return co_await ServeUpload(header, request);
  if (has_body) refusal = co_await ReadSmallBody(header, request);
  if (refusal) co_return co_await Refuse(request, std::move(*refusal));
  if (request.path == "/api/v1/live" && request.method == "GET") {
    co_await WriteLive();
    co_return false;
  }
  Response response = co_await Answer(request);
  if (response.stream) {
    co_await WriteEvents(std::move(response));
    co_return false;
  }
  co_await Write(request, std::move(response), keep_alive);
  co_return keep_alive;
}

net::awaitable<bool> HttpSession::RefuseHeader(const HeaderParser& header, beast::error_code failed) {
  // Gone, or too slow: there is nobody to tell.
  if (failed.category() != http::make_error_code(http::error::bad_method).category()) co_return false;
  if (failed == http::error::end_of_stream || failed == http::error::partial_message) co_return false;
  int status = 400;
  if (failed == http::error::header_limit) status = header.get().target().empty() ? 414 : 431;
  if (failed == http::error::bad_version) status = 505;
  Request unknown;
  unknown.method = "GET";
  Response refusal = BadRequest(failed.message(), status);
  co_return co_await Refuse(unknown, std::move(refusal));
}

/// Refuses a request whose rest may still be on its way.
net::awaitable<bool> HttpSession::Refuse(const Request& request, Response refusal) {
  core_.api.meter().Count(request.path, refusal.status, 0);
  co_await Write(request, std::move(refusal), false);
  co_await Drain();
  co_return false;
}

/// Takes in what is still sent: closing over unread bytes would destroy the answer on its way to the client.
net::awaitable<void> HttpSession::Drain() {
  beast::error_code ignored;
  stream_.socket().shutdown(net::socket_base::shutdown_send, ignored);
  stream_.expires_after(limits_.drain_time);
  std::string waste(kDrainBytes, '\0');
  for (bool ended = false; !ended && !core_.stopping;) {
    const auto [failed, bytes] = co_await stream_.async_read_some(net::buffer(waste), kTuple);
    ended = static_cast<bool>(failed);
  }
}

/// Reads a body into the request; gives a refusal when it is too large or broken.
net::awaitable<std::optional<Response>> HttpSession::ReadSmallBody(HeaderParser& header, Request& request) {
  http::request_parser<http::string_body> body(std::move(header));
  body.body_limit(limits_.small_body_bytes_max);
  stream_.expires_after(limits_.transfer_time);
  const auto [failed, bytes] = co_await http::async_read(stream_, buffer_, body, kTuple);
  if (failed == http::error::body_limit) co_return BadRequest("the body is too large for this address", 413);
  if (failed) co_return BadRequest(failed.message(), 400);
  request.body = std::move(body.get().body());
  co_return std::nullopt;
}

/// Streams a body to a file; gives false when the client left, an error when the disk failed.
net::awaitable<base::Result<bool>> HttpSession::ReadUpload(HeaderParser& header, UploadFile& file) {
  http::request_parser<http::buffer_body> body(std::move(header));
  std::string chunk(kUploadBufferBytes, '\0');
  while (!body.is_done()) {
    body.get().body().data = chunk.data();
    body.get().body().size = chunk.size();
    stream_.expires_after(limits_.transfer_time);
    const auto [failed, bytes] = co_await http::async_read(stream_, buffer_, body, kTuple);
    if (failed && failed != http::error::need_buffer) co_return false;
    const std::span<const char> read(chunk.data(), chunk.size() - body.get().body().size);
    // On a thread of its own, since a busy disk makes writers wait.
    auto written = co_await On(core_.disk, [&file, read] { return file.Append(read); });
    if (!written) co_return std::unexpected(written.error());
  }
  co_return true;
}

net::awaitable<bool> HttpSession::ServeUpload(HeaderParser& header, Request& request) {
  auto made = UploadFile::Make(core_.options.upload_folder, header.content_length().value_or(0));
  if (!made) co_return co_await Refuse(request, Problem(made.error(), 507));
  // Shared by this connection and the work, which goes on when the connection breaks if it will.
  const auto file = std::make_shared<UploadFile>(std::move(*made));
  auto complete = co_await ReadUpload(header, *file);
  if (!complete) co_return co_await Refuse(request, Problem(complete.error(), 507));
  if (!*complete) co_return false;
  request.upload_path = file->path();
  Response response = co_await Answer(request);
  if (!response.stream) {
    co_await Write(request, std::move(response), false);
    co_return false;
  }
  response.stream = [work = std::move(response.stream), file](const SendEvent& send) { work(send); };
  co_await WriteEvents(std::move(response));
  co_return false;
}

/// Answers on a worker. What the house throws, such as for want of memory, is an answer too.
net::awaitable<Response> HttpSession::Answer(const Request& request) {
  co_return co_await On(core_.workers, [this, &request]() -> Response {
    try {
      return core_.api.Answer(request);
    } catch (const std::exception& thrown) {
      return Problem({ErrorCode::kRetryLater, "answer", "", thrown.what(), "ask again"}, 500);
    }
  });
}

net::awaitable<void> HttpSession::Write(const Request& request, Response response, bool keep_alive) {
  using Message = http::response<http::span_body<const char>>;
  std::string_view body =
      response.lasting_body.empty() ? std::string_view(response.body) : response.lasting_body;
  bool packs = body.size() >= kGzipFromBytes && AcceptsGzip(request.Header("accept-encoding"));
  std::string packed;
  if (packs && response.lasting_body.empty() && PacksWell(response.content_type)) {
    packed = co_await On(core_.workers, [body] { return Gzipped(body, kFastLevel); });
  }
  const std::string_view smaller = packed.empty() ? response.lasting_gzip : std::string_view(packed);
  packs = packs && !smaller.empty();
  if (packs) body = smaller;
  Message message;
  message.result(static_cast<unsigned>(response.status));
  message.version(11);
  message.keep_alive(keep_alive && !core_.stopping);
  AddCommonHeaders(message);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.set(http::field::vary, "Accept-Encoding");
  if (packs) message.set(http::field::content_encoding, "gzip");
  if (response.status != 304) {
    message.set(http::field::content_type, response.content_type);
    message.content_length(body.size());
  }
  if (request.method != "HEAD") message.body() = {body.data(), body.size()};
  http::response_serializer<http::span_body<const char>> serializer{message};
  stream_.expires_after(limits_.transfer_time);
  if (request.method == "HEAD" || response.status == 304) {
    co_await http::async_write_header(stream_, serializer, net::use_awaitable);
  } else {
    co_await http::async_write(stream_, serializer, net::use_awaitable);
  }
}

net::awaitable<void> HttpSession::BeginEvents() {
  http::response<http::empty_body> head{http::status::ok, 11};
  head.set(http::field::content_type, "text/event-stream");
  head.set(http::field::cache_control, "no-store");
  AddCommonHeaders(head);
  head.keep_alive(false);
  if (!is_http_1_0_) head.chunked(true);
  http::response_serializer<http::empty_body> serializer{head};
  stream_.expires_after(limits_.transfer_time);
  co_await http::async_write_header(stream_, serializer, net::use_awaitable);
}

net::awaitable<void> HttpSession::WriteEvents(std::string text) {
  stream_.expires_after(limits_.transfer_time);
  if (is_http_1_0_) {
    co_await net::async_write(stream_, net::buffer(text), net::use_awaitable);
  } else {
    co_await net::async_write(stream_, http::make_chunk(net::buffer(text)), net::use_awaitable);
  }
}

net::awaitable<void> HttpSession::EndEvents() {
  if (is_http_1_0_) co_return;
  stream_.expires_after(limits_.transfer_time);
  co_await net::async_write(stream_, http::make_chunk_last(), net::use_awaitable);
}

net::awaitable<void> HttpSession::WriteEvents(Response response) {
  // Shared by this connection and the work, which goes on when the connection breaks if it will.
  const auto queue = std::make_shared<EventQueue>();
  const AtEnd leave([&queue] { queue->client_gone = true; });
  net::thread_pool& pool = response.is_import ? core_.imports : core_.publishing;
  net::post(pool, [&core = core_, queue, work = std::move(response.stream)]() mutable {
    try {
      if (!core.stopping)
        work([&queue](std::string_view event, std::string_view data) { return queue->Push(event, data); });
    } catch (const std::exception& thrown) {
      queue->Push("error",
                  Problem({ErrorCode::kRetryLater, "import", "", thrown.what(), "import it again"}).body);
    }
    work = nullptr;  // before the end is told: the upload is gone when the client knows
    queue->ended = true;
  });
  co_await BeginEvents();
  net::steady_timer timer(core_.context);
  for (;;) {
    const bool ended = queue->ended;  // asked before the text is taken, so that none is left behind
    std::string text = queue->Fetch();
    if (!text.empty()) co_await WriteEvents(std::move(text));
    if (ended || core_.stopping) break;
    timer.expires_after(kEventPause);
    co_await timer.async_wait(net::use_awaitable);
  }
  co_await EndEvents();
}

/// Tells the data version and Spotify's state whenever they change, whole, so that whoever comes back has
/// missed nothing; before each, and in between, that it is alive, since pages are not shown comments.
net::awaitable<void> HttpSession::WriteLive() {
  using namespace net::experimental::awaitable_operators;
  core_.api.meter().Count("/api/v1/live", 200, 0);
  ++core_.api.meter().live_clients;
  const AtEnd leave([this] { --core_.api.meter().live_clients; });
  co_await BeginEvents();
  net::steady_timer timer(core_.context);
  std::string told_version, told_spotify;
  while (!core_.stopping) {
    const std::uint64_t news = core_.news;
    auto [version, spotify] = co_await On(
        core_.workers, [this] { return std::pair{core_.api.LiveVersion(), core_.api.LiveSpotify()}; });
    EventQueue events;
    events.Push("alive", AliveJson(limits_.heartbeat));
    std::string json = "{\"data_version\":";
    base::AppendJsonString(base::ToValidUtf8(version), json);
    if (version != std::exchange(told_version, version)) events.Push("version", json + "}");
    if (spotify != std::exchange(told_spotify, spotify)) events.Push("spotify", spotify);
    co_await WriteEvents(events.Fetch());
    if (news != core_.news || core_.stopping) continue;
    timer.expires_after(limits_.heartbeat);
    core_.live.insert(&timer);
    const AtEnd forget([this, &timer] { core_.live.erase(&timer); });
    // Whatever the client sends on this connection means that it is done with the stream.
    const auto woken =
        co_await (timer.async_wait(kTuple) || stream_.socket().async_wait(AnySocket::wait_read, kTuple));
    if (woken.index() == 1) co_return;
  }
  co_await EndEvents();
}

}  // namespace

net::awaitable<void> ServeConnection(HttpCore& core, AnySocket socket, bool is_local) {
  HttpSession session(core, std::move(socket), is_local);
  try {
    co_await session.Run();
  } catch (const std::exception&) {
    // The client left or the time ran out; there is nobody to tell.
  }
}

}  // namespace earprint::server
