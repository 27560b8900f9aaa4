#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace earprint::server {

/// A request, freed from the network. Header names are lower case.
struct Request {
  std::string method;
  std::string path;  ///< decoded, without the query
  std::vector<std::pair<std::string, std::string>> query;
  std::string query_text;  ///< as it was sent
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;         ///< small bodies only
  std::string upload_path;  ///< where a streamed upload lies; removed after the answer
  bool is_local = false;    ///< came over the local socket, so from the folder's owner

  /// A header's value; empty when it is not there.
  std::string_view Header(std::string_view name) const;
  /// The first value of a query parameter; empty when it is not there.
  std::string_view Query(std::string_view name) const;
};

/// Hands one server-sent event to the client; false once the client is gone.
using SendEvent = std::function<bool(std::string_view event, std::string_view data)>;

/// An answer: a body, or a stream of events that `stream` writes from a worker thread.
struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view lasting_body;  ///< instead of `body`: bytes that outlive the server
  std::string_view lasting_gzip;  ///< the same, packed
  std::function<void(const SendEvent&)> stream;
  bool is_import = true;  ///< the stream: imports have a thread of their own, which nothing else holds up
};

/// A text of the JSON object that the body is; nothing where it is none, or has none of that name.
std::optional<std::string> BodyText(const Request& request, std::string_view key);

/// An RFC 9457 problem document. The status follows from the error's code unless given.
Response Problem(const base::Error& error, int status = 0);

/// A problem document for what is no proper request.
Response BadRequest(const std::string& cause, int status);

/// Splits a request target into a decoded path and query pairs; a plus in the query is a blank, as browsers
/// send it. Errors: kInvalidInput broken percent encoding, text that is no UTF-8, a NUL, or no path.
base::Result<void> ParseTarget(std::string_view target, Request& request);

/// Whether If-None-Match of the request names this entity tag (weakly, as RFC 9110 asks).
bool HasTag(const Request& request, std::string_view tag);

}  // namespace earprint::server
