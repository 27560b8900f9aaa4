#pragma once

#include <curl/curl.h>

#include <memory>
#include <optional>
#include <string>

#include "ports/http_client.hpp"

namespace earprint::adapters {

struct EasyEnd {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct MultiEnd {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct ListEnd {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A transfer handle and the pool of connections that it keeps. One thread at a time.
struct CurlLine {
  std::unique_ptr<CURLM, MultiEnd> multi{curl_multi_init()};
  std::unique_ptr<CURL, EasyEnd> easy{curl_easy_init()};
};

/// How an exchange ended: an answer, or why there is none.
struct CurlEnd {
  CURLcode code = CURLE_OK;
  bool is_cancelled = false;
  bool is_too_large = false;
  ports::HttpAnswer answer;
};

/// Runs one request on a line whose transport (socket, agent, timeouts) is already set.
///
/// Effects: blocks until the answer is whole, the deadline is over, or the request is cancelled.
CurlEnd RunExchange(CurlLine& line, const ports::HttpRequest& request);

/// Why a request cannot be sent: a header or a method with control characters, which would be a second
/// header.
std::optional<std::string> WhyUnsendable(const ports::HttpRequest& request);

}  // namespace earprint::adapters
