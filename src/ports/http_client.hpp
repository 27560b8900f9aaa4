#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace earprint::ports {

inline constexpr std::size_t kHttpAnswerBytesMax = 16 << 20;

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; of one that came twice, the last
  std::string body;                            ///< empty when the bytes were handed to `on_bytes`
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};                               ///< sent with any method but GET
  std::int64_t deadline_ms = 30'000;                   ///< for the whole exchange; 0: none
  std::size_t answer_bytes_max = kHttpAnswerBytesMax;  ///< of the body, unpacked; 0: any
  int redirects_max = 0;        ///< how many are followed; with 0 the redirect itself is the answer
  std::stop_token cancel = {};  ///< ends the exchange from another thread
  std::function<void(std::string_view)> on_bytes = {};  ///< takes the body as it comes
  /// Sees status and headers before the first byte of the body; false ends the exchange. Not called without
  /// one.
  std::function<bool(const HttpAnswer&)> on_head = {};
};

/// Asks HTTP servers.
///
/// Shape:   any status is an answer; only an exchange that did not come to its end is an error.
/// Errors:  kRetryLater unreachable, broken off, out of time, not who it claims to be, or cancelled ·
///          kCorrupt the body is larger than was allowed · kInvalidInput the URL or a header cannot be sent.
///          An error names the URL without its query; no header and no body stands in it.
/// Effects: blocks until the end; may be called by several threads. The Authorization header is not sent on
///          to another host, port or scheme by a redirect, and a redirect from https leads to https only.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  virtual base::Result<HttpAnswer> Send(const HttpRequest& request) = 0;

  /// A text as part of a query or a form: percent-encoded.
  virtual std::string Encoded(std::string_view text) const = 0;
};

}  // namespace earprint::ports
