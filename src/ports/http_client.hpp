#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace earprint::ports {

struct HttpAnswer {
  int status = 0;
  std::string body;  ///< empty when the bytes were handed to `on_bytes`
};

/// Asks HTTP servers. One request at a time.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  /// GET when `body` is null, else POST of JSON. Bytes of the answer go to `on_bytes` as they come, if given.
  /// Errors: kRetryLater the server cannot be reached or the connection broke.
  virtual base::Result<HttpAnswer> Send(const std::string& target, const std::string* body,
                                        const std::function<void(std::string_view)>& on_bytes) = 0;

  /// A text as part of a query: percent-encoded.
  virtual std::string Encoded(std::string_view text) const = 0;
};

}  // namespace earprint::ports
