#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ports/http_client.hpp"

namespace earprint::adapters {

/// libcurl over a Unix socket of this machine.
std::unique_ptr<ports::HttpClient> MakeUnixSocketClient(const std::string& socket_path);

/// libcurl over the network: HTTP/1.1, certificates verified, TLS 1.2 or later, connections kept for the next
/// request.
///
/// Effects: no cookies, no .netrc; the environment's proxy is used, but never for this machine itself.
std::unique_ptr<ports::HttpClient> MakeWebClient(const std::string& user_agent);

/// A URL as it may stand in an error: without user, query and fragment.
std::string UrlForPeople(std::string_view url);

}  // namespace earprint::adapters
