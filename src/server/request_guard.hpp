#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http_message.hpp"

namespace earprint::server {

/// Under which hosts the server answers, besides loopback names and addresses.
struct HostRules {
  std::vector<std::string> names;  ///< lower case, without port; IPv6 addresses in brackets
  /// Any address written in digits, for a server that is meant to be reached over all its interfaces. A page
  /// of an attacker reaches us under the attacker's name only, so that digits are no way in.
  bool any_address = false;
};

/// A Host header without its port, lower case: "LocalHost:8300" -> "localhost", "[::1]:8300" -> "[::1]".
std::string HostName(std::string_view host);

/// The refusal of a request that a foreign page may have sent: a Host that is not ours (DNS rebinding), or a
/// POST whose Origin is not the page we serve. Nothing when it may pass; the local socket always may.
std::optional<Response> RefuseForeign(const Request& request, const HostRules& rules);

}  // namespace earprint::server
