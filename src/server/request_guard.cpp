#include "server/request_guard.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "base/text.hpp"

namespace earprint::server {

namespace {

using base::ErrorCode;

constexpr std::size_t kShownBytesMax = 80;

std::string WithoutBrackets(const std::string& host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

bool IsAddress(const std::string& host) {
  in_addr v4{};
  in6_addr v6{};
  return ::inet_pton(AF_INET, host.c_str(), &v4) == 1 ||
         (host.starts_with('[') && ::inet_pton(AF_INET6, WithoutBrackets(host).c_str(), &v6) == 1);
}

bool IsLoopback(const std::string& host) {
  constexpr unsigned kLoopbackNet = 127;
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == kLoopbackNet;
  in6_addr v6{};
  if (host.starts_with('[') && ::inet_pton(AF_INET6, WithoutBrackets(host).c_str(), &v6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&v6) != 0;
  }
  return host == "localhost";
}

bool IsSameOrigin(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return base::EqualsIgnoringCase(origin.substr(scheme.size()), host);
  }
  return false;  // "null" of a sandboxed page, say
}

}  // namespace

std::string HostName(std::string_view host) {
  const std::size_t bracket = host.find(']');
  const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  return base::AsciiLower(host.substr(0, colon));
}

std::optional<Response> RefuseForeign(const Request& request, const HostRules& rules) {
  if (request.is_local) return {};
  const std::string host = HostName(request.Header("host"));
  const bool is_ours = IsLoopback(host) || (rules.any_address && IsAddress(host)) ||
                       std::ranges::find(rules.names, host) != rules.names.end();
  if (!is_ours) {
    return Problem({ErrorCode::kUnauthorized, "answer", host.substr(0, kShownBytesMax),
                    "this server does not answer under that host name", "earprint serve --allow-host NAME"},
                   403);
  }
  if (request.method == "GET" || request.method == "HEAD") return {};
  const std::string_view origin = request.Header("origin");
  const std::string_view site = request.Header("sec-fetch-site");
  const bool is_foreign = (!origin.empty() && !IsSameOrigin(origin, request.Header("host"))) ||
                          (!site.empty() && site != "same-origin" && site != "none");
  if (!is_foreign) return {};
  return Problem({ErrorCode::kUnauthorized, "answer", std::string(origin.substr(0, kShownBytesMax)),
                  "requests of another page are refused", "use the page that this server serves"},
                 403);
}

}  // namespace earprint::server
