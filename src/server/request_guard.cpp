#include "server/request_guard.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "base/text.hpp"

namespace earprint::server {

namespace {

using base::ErrorCode;

constexpr std::size_t kShownBytesMax = 80;

/// The address that a host is when it is written in digits: "127.0.0.1", "[::1]".
std::optional<boost::asio::ip::address> AddressOf(const std::string& host) {
  const bool is_v6 = host.starts_with('[') && host.ends_with(']');
  boost::system::error_code failed;
  auto address = boost::asio::ip::make_address(is_v6 ? host.substr(1, host.size() - 2) : host, failed);
  if (failed || address.is_v6() != is_v6) return {};
  return address;
}

bool IsOurs(const std::string& host, const HostRules& rules) {
  if (host == "localhost" || std::ranges::find(rules.names, host) != rules.names.end()) return true;
  const auto address = AddressOf(host);
  return address && (rules.any_address || address->is_loopback());
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
  if (!IsOurs(host, rules)) {
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
