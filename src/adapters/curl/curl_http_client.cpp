#include "adapters/curl/curl_http_client.hpp"

#include <curl/curl.h>

#include <exception>
#include <utility>

#include "base/socket_path.hpp"

namespace earprint::adapters {

namespace {

constexpr long kConnectSecondsMax = 5;

struct Receiver {
  std::string body;
  const std::function<void(std::string_view)>* on_bytes = nullptr;
};

std::size_t Receive(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto* receiver = static_cast<Receiver*>(to);
  const std::string_view text(bytes, size * count);
  try {
    if (*receiver->on_bytes) {
      (*receiver->on_bytes)(text);
    } else {
      receiver->body += text;
    }
  } catch (const std::exception&) {  // must not pass through the library's C; a short count ends the transfer
    return 0;
  }
  return text.size();
}

class UnixSocketClient final : public ports::HttpClient {
 public:
  explicit UnixSocketClient(std::string path)
      : path_(std::move(path)), socket_path_(path_), curl_(curl_easy_init()) {}
  ~UnixSocketClient() override { curl_easy_cleanup(curl_); }
  UnixSocketClient(const UnixSocketClient&) = delete;
  UnixSocketClient& operator=(const UnixSocketClient&) = delete;

  base::Result<ports::HttpAnswer> Send(const std::string& target, const std::string* body,
                                       const std::function<void(std::string_view)>& on_bytes) override {
    curl_easy_reset(curl_);
    Receiver receiver{{}, &on_bytes};
    const std::string url = "http://localhost" + target;
    curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(curl_, CURLOPT_CONNECTTIMEOUT, kConnectSecondsMax);
    curl_easy_setopt(curl_, CURLOPT_UNIX_SOCKET_PATH, socket_path_.text().c_str());
    curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &Receive);
    curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &receiver);
    curl_slist* headers = nullptr;
    if (body != nullptr) {
      headers = curl_slist_append(headers, "Content-Type: application/json");
      headers = curl_slist_append(headers, "Expect:");
      curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body->c_str());
    }
    const CURLcode code = curl_easy_perform(curl_);
    curl_slist_free_all(headers);
    if (code != CURLE_OK) {
      return base::Fail(base::ErrorCode::kRetryLater, "reach the running server", path_,
                        curl_easy_strerror(code), "end the server, or wait until it answers");
    }
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    return ports::HttpAnswer{static_cast<int>(status), std::move(receiver.body)};
  }

  std::string Encoded(std::string_view text) const override {
    char* escaped = curl_easy_escape(curl_, text.data(), static_cast<int>(text.size()));
    std::string encoded = escaped == nullptr ? "" : escaped;
    curl_free(escaped);
    return encoded;
  }

 private:
  std::string path_;
  base::SocketPath socket_path_;
  CURL* curl_;
};

}  // namespace

std::unique_ptr<ports::HttpClient> MakeUnixSocketClient(const std::string& socket_path) {
  return std::make_unique<UnixSocketClient>(socket_path);
}

}  // namespace earprint::adapters
