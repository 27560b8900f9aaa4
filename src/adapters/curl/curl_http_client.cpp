#include "adapters/curl/curl_http_client.hpp"

#include <mutex>
#include <utility>
#include <vector>

#include "adapters/curl/curl_exchange.hpp"
#include "base/socket_path.hpp"
#include "base/text.hpp"

namespace earprint::adapters {

namespace {

constexpr long kConnectMsMax = 10'000;
constexpr std::size_t kIdleLinesMax = 8;

std::string EncodedByCurl(std::string_view text) {
  char* escaped = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  std::string encoded = text.empty() || escaped == nullptr ? "" : escaped;
  curl_free(escaped);
  return encoded;
}

/// The library is set up once for the process; it must be before any thread uses it.
void StartCurl() {
  static std::once_flag started;
  std::call_once(started, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// Gives each request a line of its own and keeps the lines, so that a connection serves the next request.
class LinePool {
 public:
  CurlLine Take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return {};
    CurlLine line = std::move(idle_.back());
    idle_.pop_back();
    return line;
  }
  void Put(CurlLine line) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdleLinesMax) idle_.push_back(std::move(line));
  }

 private:
  std::mutex mutex_;
  std::vector<CurlLine> idle_;
};

class UnixSocketClient final : public ports::HttpClient {
 public:
  explicit UnixSocketClient(std::string path) : path_(std::move(path)), socket_path_(path_) { StartCurl(); }

  base::Result<ports::HttpAnswer> Send(const ports::HttpRequest& request) override {
    if (auto why = WhyUnsendable(request)) return Broken(base::ErrorCode::kInvalidInput, *why);
    CurlLine line = lines_.Take();
    curl_easy_setopt(line.easy.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(line.easy.get(), CURLOPT_CONNECTTIMEOUT_MS, kConnectMsMax);
    curl_easy_setopt(line.easy.get(), CURLOPT_UNIX_SOCKET_PATH, socket_path_.text().c_str());
    CurlEnd end = RunExchange(line, request);
    lines_.Put(std::move(line));
    if (end.is_too_large) return Broken(base::ErrorCode::kCorrupt, "the answer is too large");
    if (end.is_cancelled) return Broken(base::ErrorCode::kRetryLater, "cancelled");
    if (end.code != CURLE_OK) return Broken(base::ErrorCode::kRetryLater, curl_easy_strerror(end.code));
    return std::move(end.answer);
  }

  std::string Encoded(std::string_view text) const override { return EncodedByCurl(text); }

 private:
  base::Failure Broken(base::ErrorCode code, std::string cause) const {
    return base::Fail(code, "reach the running server", path_, std::move(cause),
                      "end the server, or wait until it answers");
  }

  std::string path_;
  base::SocketPath socket_path_;
  LinePool lines_;
};

bool IsThisMachine(std::string_view url) {
  const std::string host = base::AsciiLower(UrlForPeople(url));
  const std::size_t at = host.find("://");
  if (at == std::string::npos) return false;
  const std::string_view rest = std::string_view(host).substr(at + 3);
  return rest.starts_with("127.") || rest.starts_with("localhost") || rest.starts_with("[::1]");
}

struct Meaning {
  base::ErrorCode code;
  std::string hint;
};

Meaning MeaningOf(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return {base::ErrorCode::kInvalidInput, "a URL begins with https:// and names a host"};
    case CURLE_TOO_MANY_REDIRECTS:
      return {base::ErrorCode::kCorrupt, ""};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {base::ErrorCode::kRetryLater,
              "look at this machine's date and its ca-certificates, and whether a network's login page "
              "answers instead"};
    default:
      return {base::ErrorCode::kRetryLater, "look at the network connection; it is tried again"};
  }
}

class WebClient final : public ports::HttpClient {
 public:
  explicit WebClient(std::string user_agent) : user_agent_(std::move(user_agent)) { StartCurl(); }

  base::Result<ports::HttpAnswer> Send(const ports::HttpRequest& request) override {
    const std::string op = "ask the web";
    const std::string subject = UrlForPeople(request.url);
    if (auto why = WhyUnsendable(request)) {
      return base::Fail(base::ErrorCode::kInvalidInput, op, subject, *why);
    }
    CurlLine line = lines_.Take();
    SetTransport(line.easy.get(), request.url);
    CurlEnd end = RunExchange(line, request);
    lines_.Put(std::move(line));
    if (end.is_too_large) {
      return base::Fail(base::ErrorCode::kCorrupt, op, subject, "the answer is larger than is allowed");
    }
    if (end.is_cancelled) return base::Fail(base::ErrorCode::kRetryLater, op, subject, "cancelled");
    if (end.code != CURLE_OK) {
      Meaning meaning = MeaningOf(end.code);
      // The library's fixed words only: its longer ones repeat what the other side said.
      return base::Fail(meaning.code, op, subject, curl_easy_strerror(end.code), std::move(meaning.hint));
    }
    return std::move(end.answer);
  }

  std::string Encoded(std::string_view text) const override { return EncodedByCurl(text); }

 private:
  void SetTransport(CURL* easy, const std::string& url) const {
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectMsMax);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // all that the library can unpack
    curl_easy_setopt(easy, CURLOPT_USERAGENT, user_agent_.c_str());
    if (IsThisMachine(url)) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  }

  std::string user_agent_;
  LinePool lines_;
};

}  // namespace

std::unique_ptr<ports::HttpClient> MakeUnixSocketClient(const std::string& socket_path) {
  return std::make_unique<UnixSocketClient>(socket_path);
}

std::unique_ptr<ports::HttpClient> MakeWebClient(const std::string& user_agent) {
  return std::make_unique<WebClient>(user_agent);
}

std::string UrlForPeople(std::string_view url) {
  std::string_view shown = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = shown.find("://");
  if (scheme == std::string_view::npos) return base::WithoutControls(base::ToValidUtf8(shown), '?');
  const std::size_t host = scheme + 3;
  const std::size_t path = std::min(shown.find_first_of("/\\", host), shown.size());
  const std::size_t user = shown.substr(host, path - host).rfind('@');
  std::string text(shown.substr(0, host));
  text += user == std::string_view::npos ? shown.substr(host) : shown.substr(host + user + 1);
  return base::WithoutControls(base::ToValidUtf8(text), '?');
}

}  // namespace earprint::adapters
