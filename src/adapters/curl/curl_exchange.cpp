#include "adapters/curl/curl_exchange.hpp"

#include <algorithm>
#include <exception>

#include "base/text.hpp"

namespace earprint::adapters {

namespace {

constexpr std::size_t kHeaderBytesMax = 256 << 10;
constexpr int kWaitMsMax = 1'000;  ///< how long one look at the sockets lasts; a cancelling wakes it

struct Receiver {
  const ports::HttpRequest& request;
  CurlEnd& end;
  CURL* easy;
  std::size_t body_bytes = 0;
  std::size_t header_bytes = 0;
};

std::size_t TakeBody(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& receiver = *static_cast<Receiver*>(to);
  const std::string_view text(bytes, size * count);
  receiver.body_bytes += text.size();
  const std::size_t most = receiver.request.answer_bytes_max;
  if (most > 0 && receiver.body_bytes > most) {
    receiver.end.is_too_large = true;
    return 0;
  }
  try {
    if (receiver.body_bytes == text.size() && receiver.request.on_head) {
      long status = 0;
      curl_easy_getinfo(receiver.easy, CURLINFO_RESPONSE_CODE, &status);
      receiver.end.answer.status = static_cast<int>(status);
      if (!receiver.request.on_head(receiver.end.answer)) return 0;
    }
    if (receiver.request.on_bytes) {
      receiver.request.on_bytes(text);
    } else {
      receiver.end.answer.body += text;
    }
  } catch (const std::exception&) {  // must not pass through the library's C; a short count ends the transfer
    return 0;
  }
  return text.size();
}

std::size_t TakeHeader(char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& receiver = *static_cast<Receiver*>(to);
  const std::string_view line(bytes, size * count);
  receiver.header_bytes += line.size();
  if (receiver.header_bytes > kHeaderBytesMax) return 0;
  if (line.starts_with("HTTP/")) {  // of several answers in a row, redirects among them, the last one counts
    receiver.end.answer.headers.clear();
    return line.size();
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return line.size();
  const std::string name = base::AsciiLower(base::Trim(line.substr(0, colon)));
  receiver.end.answer.headers[name] = std::string(base::Trim(line.substr(colon + 1)));
  return line.size();
}

std::unique_ptr<curl_slist, ListEnd> HeaderList(const ports::HttpRequest& request) {
  std::unique_ptr<curl_slist, ListEnd> list(curl_slist_append(nullptr, "Expect:"));
  for (const auto& [name, value] : request.headers) {
    std::string line = value.empty() ? name + ";" : name + ": " + value;
    list.reset(curl_slist_append(list.release(), line.c_str()));
    std::fill(line.begin(), line.end(), '\0');
  }
  return list;
}

void SetRequest(CURL* easy, const ports::HttpRequest& request) {
  const bool is_secure = base::EqualsIgnoringCase(request.url.substr(0, 6), "https:");
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, is_secure ? "https" : "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.redirects_max > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.redirects_max));
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.deadline_ms));
  if (request.method == "GET") {
    curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  if (request.method != "POST") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
}

/// Drives the transfer to its end; nothing when it was cancelled.
std::optional<CURLcode> Drive(CURLM* multi, const std::stop_token& cancel) {
  const std::stop_callback wake(cancel, [multi] { curl_multi_wakeup(multi); });
  for (;;) {
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) return CURLE_FAILED_INIT;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg == CURLMSG_DONE) return message->data.result;
    }
    if (cancel.stop_requested()) return std::nullopt;
    if (curl_multi_poll(multi, nullptr, 0, kWaitMsMax, nullptr) != CURLM_OK) return CURLE_FAILED_INIT;
  }
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

CurlEnd RunExchange(CurlLine& line, const ports::HttpRequest& request) {
  CurlEnd end;
  CURL* easy = line.easy.get();
  Receiver receiver{request, end, easy};
  SetRequest(easy, request);
  const auto headers = HeaderList(request);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &receiver);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &TakeHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &receiver);
  curl_multi_add_handle(line.multi.get(), easy);
  const auto code = Drive(line.multi.get(), request.cancel);
  curl_multi_remove_handle(line.multi.get(), easy);
  end.is_cancelled = !code.has_value();
  end.code = code.value_or(CURLE_ABORTED_BY_CALLBACK);
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  end.answer.status = static_cast<int>(status);
  for (curl_slist* header = headers.get(); header != nullptr; header = header->next) {
    for (char* c = header->data; *c != '\0'; ++c)
      *c = ' ';  // they may be secrets, and the list is freed as it is
  }
  curl_easy_reset(easy);  // keeps the connections; forgets pointers into this function
  return end;
}

std::optional<std::string> WhyUnsendable(const ports::HttpRequest& request) {
  const std::string scheme = base::AsciiLower(request.url.substr(0, 8));
  if (!scheme.starts_with("http://") && scheme != "https://") return "the URL is none of the web";
  if (HasControl(request.url)) return "control characters in the URL";
  if (request.method.empty() || HasControl(request.method)) return "the method is none";
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || name.find_first_of(": ") != std::string::npos || HasControl(name) ||
        HasControl(value)) {
      return "a header with characters that may not stand there";
    }
  }
  return std::nullopt;
}

}  // namespace earprint::adapters
