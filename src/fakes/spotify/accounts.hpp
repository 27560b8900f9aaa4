#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "fakes/spotify/spotify_switches.hpp"
#include "fakes/web_server.hpp"
#include "fakes/world/spotify_world.hpp"

namespace earprint::fakes {

/// An application as it stands in the developer dashboard.
struct RegisteredApp {
  std::string client_id = "0123456789abcdef0123456789abcdef";
  std::string client_secret = "fedcba9876543210fedcba9876543210";
  std::vector<std::string> redirect_uris = {
      "http://127.0.0.1/callback"};  ///< a loopback one may lack its port
};

/// Whom an access token speaks for.
struct AccessGrant {
  std::string listener;  ///< nothing: client credentials
  std::set<std::string> scopes;
  base::UtcMs expires;
};

/// The accounts service: consent, codes, tokens.
class Accounts {
 public:
  /// All must outlive the accounts.
  Accounts(const RegisteredApp& app, const SpotifySwitches& switches, const SpotifyWorld& world)
      : app_(app), switches_(switches), world_(world) {}

  /// The consent page, the redirect that follows it, or a page that says what is wrong.
  WebAnswer Authorize(const WebRequest& request, base::UtcMs now);

  /// POST /api/token.
  WebAnswer Token(const WebRequest& request, base::UtcMs now);

  /// What an access token may do; nothing when it is unknown.
  const AccessGrant* Find(std::string_view access_token) const;

  /// Gives a listener's tokens without a browser, for tests: the answer that the token endpoint gives.
  std::string Mint(const std::string& listener, const std::set<std::string>& scopes, base::UtcMs now);

  /// What a listener does on the page "apps": all that was granted ends.
  void Revoke(std::string_view listener);

  /// Every code and token that was ever given out.
  std::vector<std::string> Secrets() const;

  /// Whether a redirect URI may be used: registered, the port of a loopback one excepted.
  bool IsRegistered(std::string_view redirect_uri) const;

 private:
  struct Consent {
    std::string listener;
    std::set<std::string> scopes;
    base::UtcMs given;
    bool is_revoked = false;
  };
  struct Code {
    std::size_t consent = 0;
    std::string redirect_uri, challenge;
    base::UtcMs expires;
    bool is_used = false;
  };
  struct Refresh {
    std::size_t consent = 0;
    bool is_rotated = false;
  };

  std::optional<std::string> WhatIsWrong(const WebRequest& request) const;
  WebAnswer Redirect(const TextPairs& asked, const std::string& listener, base::UtcMs now);
  WebAnswer RedeemCode(const TextPairs& form, bool has_secret, base::UtcMs now);
  WebAnswer RedeemRefresh(const TextPairs& form, base::UtcMs now);
  std::string Issue(std::size_t consent, bool with_refresh, base::UtcMs now);
  std::string NewSecret(std::string_view noun);
  bool IsBrowserKnown(const WebRequest& request, std::string& listener) const;

  const RegisteredApp& app_;
  const SpotifySwitches& switches_;
  const SpotifyWorld& world_;
  std::uint64_t issued_ = 0;
  std::vector<Consent> consents_;
  std::map<std::string, Code, std::less<>> codes_;
  std::map<std::string, Refresh, std::less<>> refreshes_;
  std::map<std::string, AccessGrant, std::less<>> grants_;
};

}  // namespace earprint::fakes
