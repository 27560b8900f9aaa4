#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/secret_text.hpp"
#include "base/utc_time.hpp"

namespace earprint::sources::spotify {

/// What is kept, sealed, of a listener's login.
struct SealedLogin {
  std::string listener;
  std::string client_id;           ///< tokens of one application are no good for another
  base::SecretText refresh_token;  ///< empty when a new login is needed
  base::SecretText access_token;
  base::UtcMs access_ends_at;
  base::UtcMs authorized_at;
  std::string scope;
  std::string account;           ///< which Spotify account it is; empty in logins of before it was asked
  std::string why_login_needed;  ///< in words, when it is
  base::UtcMs refused_at;        ///< when Spotify first took it no more; 0: it takes it, or that is not known
};

/// The name under which it is kept.
std::string SealedLoginName(std::string_view listener);

base::SecretText WriteSealedLogin(const SealedLogin& login);

/// Nothing where the text is none that was written by the above.
std::optional<SealedLogin> ReadSealedLogin(const base::SecretText& text);

/// When access ends whatever is done: six months, by the calendar, after the listener agreed.
/// Source: the service's announcement of 2026-06-18.
base::UtcMs EndOfAccess(base::UtcMs authorized_at);

}  // namespace earprint::sources::spotify
