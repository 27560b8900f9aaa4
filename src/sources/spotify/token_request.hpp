#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret_text.hpp"
#include "ports/http_client.hpp"
#include "sources/spotify/api_refusal.hpp"
#include "sources/spotify/spotify_app.hpp"

namespace earprint::sources::spotify {

/// What the accounts service grants.
struct TokenGrant {
  base::SecretText access_token;
  std::optional<base::SecretText> refresh_token;  ///< absent: the one at hand stays good
  std::string scope;                              ///< words parted by blanks; may be empty
  std::int64_t expires_in_ms = 0;
};

/// The parameters of a token request, secrets among them: they are only looked at.
using TokenForm = std::vector<std::pair<std::string_view, std::string_view>>;

/// Asks the accounts service for tokens.
///
/// Errors:  kLoginNeeded (kUnauthorized) what was shown is no longer good: `invalid_grant` · kWrongRequest
///          the application is not known · kRateLimited (with the wait as `not_before` of `now`) ·
///          kServiceDown · kUnreadable · kUnreachable. None holds a part of the form or of the answer.
/// Effects: one POST; a code is used up by it whatever comes back.
/// Source:  RFC 6749, sections 4.1.3 to 6; the service's pages on PKCE and on refreshing, read 2026-11.
Asked<TokenGrant> AskForTokens(ports::HttpClient& http, const SpotifyApp& app, const TokenForm& form,
                               base::UtcMs now, const std::stop_token& cancel);

}  // namespace earprint::sources::spotify
