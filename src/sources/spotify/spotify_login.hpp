#pragma once

#include <cstdint>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ports/clock.hpp"
#include "ports/http_client.hpp"
#include "ports/randomness.hpp"
#include "sources/spotify/token_request.hpp"

namespace earprint::sources::spotify {

inline constexpr std::int64_t kLoginMsMax = 600'000;  ///< how long a login that was begun may take
inline constexpr std::size_t kLoginsBegunMax = 8;

/// A login that came to its end.
struct LoginOutcome {
  std::string listener;
  TokenGrant grant;  ///< with a refresh token
  base::UtcMs authorized_at;
  std::string account = {};  ///< whose it is, once that was asked
};

/// The redirect address of a server on this machine, as Spotify allows it: an IP, never "localhost".
std::string LoopbackRedirect(std::uint16_t port);

/// Whether Spotify would take a redirect address: https, or http to 127.0.0.1 or [::1].
/// Errors: kInvalidInput, with what to write instead.
base::Result<void> CheckRedirect(const std::string& redirect_uri);

/// Sends listeners to Spotify's login page and takes what comes back.
///
/// Shape:   each login has a state and a verifier of its own. A state is good once, for ten minutes; of more
///          than eight logins begun, the oldest is forgotten. The verifier never leaves this process but to
///          the accounts service. The listener is always asked, also where the browser is known: else who
///          clicks there would be logged in as whoever did so before.
/// Errors:  of Finish: kUnasked a query that is no answer, or of a state that is not ours, was used or is
///          too old: anybody can send such, it ends no login · kLoginNeeded the listener refused; the code is
///          not good · those of AskForTokens.
/// Effects: Finish: one POST. Several threads may call.
/// Source:  RFC 7636; RFC 6749, section 10.12; RFC 8252, section 7.3.
class SpotifyLogin {
 public:
  SpotifyLogin(SpotifyApp app, ports::HttpClient& http, const ports::Clock& clock, ports::Randomness& random)
      : app_(std::move(app)), http_(http), clock_(clock), random_(random) {}

  /// The address for the listener's browser.
  base::Result<std::string> Begin(const std::string& listener, const std::string& redirect_uri);

  /// Ends the logins that this listener began: what still comes back of them is no answer.
  void Drop(const std::string& listener);

  /// Takes the query of the redirect: what stands after its '?'.
  Asked<LoginOutcome> Finish(std::string_view query, const std::stop_token& cancel = {});

 private:
  struct Begun {
    std::string listener;
    std::string redirect_uri;
    base::SecretText state;
    base::SecretText verifier;
    base::UtcMs at;
  };

  std::optional<Begun> TakeBegun(const base::SecretText& state);

  SpotifyApp app_;
  ports::HttpClient& http_;
  const ports::Clock& clock_;
  ports::Randomness& random_;
  std::mutex mutex_;
  std::vector<Begun> begun_;  ///< oldest first
};

}  // namespace earprint::sources::spotify
