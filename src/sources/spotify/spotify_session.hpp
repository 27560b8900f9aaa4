#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/http_client.hpp"
#include "ports/token_store.hpp"
#include "sources/spotify/request_budget.hpp"
#include "sources/spotify/sealed_login.hpp"
#include "sources/spotify/spotify_login.hpp"

namespace earprint::sources::spotify {

inline constexpr std::int64_t kAccessNoticeMs =
    30 * base::kMsPerDay;  ///< how long ahead the end of access is told

/// Within which a listener's data are to be erased who has ended the connection.
/// Source: the service's Developer Terms; docs/spotify_policy.md.
inline constexpr std::int64_t kEraseWithinMs = 5 * base::kMsPerDay;

enum class LoginState : std::uint8_t { kLoginNeeded, kLoggedIn };

/// How a listener's access stands, for a page and for people.
struct AccessReport {
  LoginState state = LoginState::kLoginNeeded;
  std::optional<base::UtcMs> ends_at;  ///< of access, whatever is done
  /// Where the login ended before its time: by when what came over it is to be erased, if the listener took
  /// the access back. Nothing erases it by itself, since that cannot be told.
  std::optional<base::UtcMs> erase_by;
  std::vector<std::string> missing_scopes;  ///< asked for, but not allowed by the listener
  std::string notice;  ///< "access to Spotify ends in 12 days: …"; empty when all is well
};

/// An access token in hand, and which one it is.
struct AccessToken {
  std::shared_ptr<const base::SecretText> text;  ///< shared by the session and the calls under way with it
  std::uint64_t number = 0;
};

/// One listener's access to Spotify.
///
/// Shape:   one request for tokens at a time, however many threads ask; the others take what it brings. A new
///          refresh token is taken where one comes, the old one kept where none does.
/// Errors:  kLoginNeeded, a state and not a fault: it stays until the next login, over restarts too · those
///          of AskForTokens · kWaiting of the budget · kUnreachable when the call is cancelled.
/// Effects: tokens are in the token store before they are used. What a refresh brings is kept in the place of
///          the same login only: one that another process ended or renewed in the meantime stays as it left
///          it. Several threads may call.
/// Source:  the service's page on refreshing; docs/decisions/20261123_asking_spotify.md
class SpotifySession {
 public:
  /// Errors: kRetryLater the token store cannot be read now. A secret that does not open is a login needed.
  static base::Result<std::unique_ptr<SpotifySession>> Open(std::string listener, SpotifyApp app,
                                                            ports::HttpClient& http,
                                                            ports::TokenStore& tokens, RequestBudget& budget,
                                                            const ports::Clock& clock);

  /// A token that is good by our clock.
  Asked<AccessToken> Token(const std::stop_token& cancel = {});

  /// A token other than one that was refused.
  Asked<AccessToken> TokenAfter(const AccessToken& refused, const std::stop_token& cancel = {});

  /// Takes the outcome of a login. Errors: those of the token store; the session is then as before.
  base::Result<void> LogIn(LoginOutcome outcome);

  /// Which Spotify account this is: empty while nobody asked. Keep it once it is known; errors: those of the
  /// token store, and then it is as before.
  std::string Account() const;
  base::Result<void> SetAccount(const std::string& account);

  /// Ends the login here: a new one is needed, for a reason that is told.
  void EndLogin(std::string why);

  /// Forgets everything, here and in the store.
  base::Result<void> LogOut();

  AccessReport Access() const;

 private:
  SpotifySession(std::string listener, SpotifyApp app, ports::HttpClient& http, ports::TokenStore& tokens,
                 RequestBudget& budget, const ports::Clock& clock);

  using Lock = std::unique_lock<std::mutex>;
  Asked<AccessToken> TokenOtherThan(std::optional<std::uint64_t> refused, const std::stop_token& cancel);
  std::optional<Refusal> Refresh(Lock& lock, const std::stop_token& cancel);
  Asked<TokenGrant> AskForGrant(const base::SecretText& refresh_token, const std::stop_token& cancel);
  std::optional<Refusal> Keep();
  std::optional<Refusal> Seal();
  /// Whether what is kept is still this login: another process may have ended it, or begun another one.
  base::Result<bool> IsKeptLoginOurs() const;
  void Take(TokenGrant grant, base::UtcMs now);
  void NeedLogin(std::string why);
  Refusal LoginNeeded() const;

  std::string listener_;
  SpotifyApp app_;
  ports::HttpClient& http_;
  ports::TokenStore& tokens_;
  RequestBudget& budget_;
  const ports::Clock& clock_;

  mutable std::mutex mutex_;
  std::condition_variable_any landed_;
  SealedLogin login_;  ///< its access token is in `access_`
  AccessToken access_;
  bool is_kept_ = true;  ///< whether what we hold is in the store
  bool is_refreshing_ = false;
  std::uint64_t flights_ = 0;           ///< requests for tokens that have ended
  std::uint64_t logins_ = 0;            ///< what a request brings for an older login is dropped
  std::optional<Refusal> last_flight_;  ///< why the last one brought nothing; none also when it was cancelled
};

}  // namespace earprint::sources::spotify
