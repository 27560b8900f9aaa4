#include "sources/spotify/spotify_session.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace earprint::sources::spotify {

namespace {

constexpr std::int64_t kAccessMarginMs = base::kMsPerMinute;  ///< a token is renewed so long before its end
constexpr std::int64_t kDefaultWaitMs = 30'000;
constexpr std::size_t kDateSize = 10;  // "2026-12-04"
const std::string kNotYet = "no one has logged in yet";

std::unexpected<Refusal> Cancelled() {
  Refusal refusal = RefusalFor(Trouble::kUnreachable, "the accounts service");
  refusal.error.cause = "cancelled";
  return std::unexpected(std::move(refusal));
}

std::string InDays(std::int64_t wait_ms) {
  const std::int64_t days = wait_ms / base::kMsPerDay;
  if (days == 0) return "within a day";
  return days == 1 ? "in 1 day" : "in " + std::to_string(days) + " days";
}

}  // namespace

SpotifySession::SpotifySession(std::string listener, SpotifyApp app, ports::HttpClient& http,
                               ports::TokenStore& tokens, RequestBudget& budget, const ports::Clock& clock)
    : listener_(std::move(listener)),
      app_(std::move(app)),
      http_(http),
      tokens_(tokens),
      budget_(budget),
      clock_(clock) {
  login_.why_login_needed = kNotYet;
}

base::Result<std::unique_ptr<SpotifySession>> SpotifySession::Open(std::string listener, SpotifyApp app,
                                                                   ports::HttpClient& http,
                                                                   ports::TokenStore& tokens,
                                                                   RequestBudget& budget,
                                                                   const ports::Clock& clock) {
  std::unique_ptr<SpotifySession> session(
      new SpotifySession(std::move(listener), std::move(app), http, tokens, budget, clock));
  auto sealed = tokens.Open(SealedLoginName(session->listener_));
  if (!sealed) {
    if (sealed.error().code == base::ErrorCode::kRetryLater) {
      return std::unexpected(std::move(sealed).error().Within("open the access to Spotify"));
    }
    session->login_.why_login_needed = "the kept login does not open: " + sealed.error().cause;
    return session;
  }
  if (!*sealed) return session;
  auto login = ReadSealedLogin(**sealed);
  if (!login || login->listener != session->listener_) {
    session->login_.why_login_needed = "the kept login cannot be read";
  } else if (login->client_id != session->app_.client_id) {
    session->login_.why_login_needed = "the kept login is for another application";
  } else {
    session->login_ = std::move(*login);
    session->access_ = {std::make_shared<const base::SecretText>(std::move(session->login_.access_token)), 1};
  }
  return session;
}

Asked<AccessToken> SpotifySession::Token(const std::stop_token& cancel) {
  return TokenOtherThan(std::nullopt, cancel);
}

Asked<AccessToken> SpotifySession::TokenAfter(const AccessToken& refused, const std::stop_token& cancel) {
  return TokenOtherThan(refused.number, cancel);
}

Asked<AccessToken> SpotifySession::TokenOtherThan(std::optional<std::uint64_t> refused,
                                                  const std::stop_token& cancel) {
  Lock lock(mutex_);
  bool is_fresh = false;
  for (;;) {
    if (login_.refresh_token.empty()) return std::unexpected(LoginNeeded());
    if (auto unkept = Keep()) return std::unexpected(std::move(*unkept));
    const bool is_there = access_.text != nullptr && !access_.text->empty() && access_.number != refused;
    // One that was made for this very call is used even if it ends soon: else it would be asked for without
    // end.
    const bool is_good = is_fresh || clock_.Now().value < login_.access_ends_at.value - kAccessMarginMs;
    if (is_there && is_good) return access_;
    if (cancel.stop_requested()) return Cancelled();
    if (!is_refreshing_) {
      if (auto refusal = Refresh(lock, cancel)) return std::unexpected(std::move(*refusal));
      is_fresh = true;
      continue;
    }
    const std::uint64_t flight = flights_, before = access_.number;
    if (!landed_.wait(lock, cancel, [&] { return flights_ != flight; })) return Cancelled();
    if (last_flight_) return std::unexpected(*last_flight_);
    is_fresh = access_.number != before;  // a flight that was cancelled brought nothing
  }
}

std::optional<Refusal> SpotifySession::Refresh(Lock& lock, const std::stop_token& cancel) {
  is_refreshing_ = true;
  const std::uint64_t login = logins_;
  const base::SecretText refresh_token = login_.refresh_token.Copy();
  lock.unlock();
  Asked<TokenGrant> grant = AskForGrant(refresh_token, cancel);
  lock.lock();
  is_refreshing_ = false;
  ++flights_;
  last_flight_.reset();
  std::optional<Refusal> refusal;
  if (logins_ != login) {
    // A login or a logout came in between: what holds is theirs.
  } else if (grant) {
    Take(std::move(*grant), clock_.Now());
    refusal = Keep();
    last_flight_ = refusal;
  } else {
    refusal = std::move(grant).error();
    if (refusal->trouble == Trouble::kLoginNeeded) {
      NeedLogin(refusal->error.cause);
      refusal = LoginNeeded();
    }
    if (!cancel.stop_requested()) last_flight_ = refusal;  // else the others ask for themselves
  }
  landed_.notify_all();
  return refusal;
}

Asked<TokenGrant> SpotifySession::AskForGrant(const base::SecretText& refresh_token,
                                              const std::stop_token& cancel) {
  if (auto admitted = budget_.Admit(Family::kAccounts, Priority::kPlays); !admitted) {
    return std::unexpected(Refusal{Trouble::kWaiting, std::move(admitted).error()});
  }
  auto grant = AskForTokens(http_, app_,
                            {{"grant_type", "refresh_token"},
                             {"refresh_token", refresh_token.Reveal()},
                             {"client_id", app_.client_id}},
                            clock_.Now(), cancel);
  if (grant) {
    budget_.Succeeded(Family::kAccounts);
    return grant;
  }
  base::Error& error = grant.error().error;
  if (grant.error().trouble == Trouble::kRateLimited) {
    const std::int64_t now_ms = clock_.Now().value;
    budget_.Hold(Family::kAccounts,
                 error.not_before.value_or(base::UtcMs{now_ms + kDefaultWaitMs}).value - now_ms);
  } else if (error.code == base::ErrorCode::kRetryLater && !cancel.stop_requested()) {
    error.not_before = budget_.BackOff(Family::kAccounts);
  }
  return grant;
}

void SpotifySession::Take(TokenGrant grant, base::UtcMs now) {
  if (grant.refresh_token) login_.refresh_token = std::move(*grant.refresh_token);
  if (!grant.scope.empty()) login_.scope = grant.scope;
  login_.access_ends_at.value = now.value + grant.expires_in_ms;
  access_ = {std::make_shared<const base::SecretText>(std::move(grant.access_token)), access_.number + 1};
  is_kept_ = false;
}

std::optional<Refusal> SpotifySession::Keep() {
  if (is_kept_) return std::nullopt;
  auto is_ours = IsKeptLoginOurs();
  if (!is_ours)
    return Refusal{Trouble::kWaiting, std::move(is_ours).error().Within("keep the access to Spotify")};
  if (*is_ours) return Seal();
  login_.refresh_token = {};
  login_.why_login_needed = "the login was ended or renewed by another process";
  access_ = {nullptr, access_.number + 1};
  is_kept_ = true;
  return LoginNeeded();
}

base::Result<bool> SpotifySession::IsKeptLoginOurs() const {
  auto sealed = tokens_.Open(SealedLoginName(listener_));
  if (!sealed) {
    if (sealed.error().code == base::ErrorCode::kRetryLater) return std::unexpected(sealed.error());
    return true;  // it does not open: nobody can have renewed it
  }
  if (!*sealed) return false;
  const auto login = ReadSealedLogin(**sealed);
  // The instant of the consent tells one login from another.
  return !login || login->authorized_at == login_.authorized_at;
}

std::optional<Refusal> SpotifySession::Seal() {
  login_.access_token = access_.text == nullptr ? base::SecretText() : access_.text->Copy();
  auto sealed = tokens_.Seal(SealedLoginName(listener_), WriteSealedLogin(login_));
  login_.access_token = {};
  if (!sealed)
    return Refusal{Trouble::kWaiting, std::move(sealed).error().Within("keep the access to Spotify")};
  is_kept_ = true;
  return std::nullopt;
}

void SpotifySession::NeedLogin(std::string why) {
  login_.refresh_token = {};
  login_.why_login_needed = std::move(why);
  login_.refused_at = clock_.Now();
  access_ = {nullptr, access_.number + 1};
  is_kept_ = false;
  (void)Keep();  // where the disk refuses, the service says it again after a restart
}

base::Result<void> SpotifySession::LogIn(LoginOutcome outcome) {
  const Lock lock(mutex_);
  if (outcome.listener != listener_ || !outcome.grant.refresh_token) {
    return base::Fail(base::ErrorCode::kInvalidInput, "log in to Spotify", listener_,
                      "the login is another listener's");
  }
  SealedLogin before = std::exchange(login_, {});
  const AccessToken access_before = access_;
  const bool was_kept = is_kept_;
  login_.listener = listener_;
  login_.client_id = app_.client_id;
  login_.authorized_at = outcome.authorized_at;
  login_.account = std::move(outcome.account);
  Take(std::move(outcome.grant), outcome.authorized_at);
  if (auto unkept = Seal()) {
    login_ = std::move(before);
    access_ = access_before;
    is_kept_ = was_kept;
    return std::unexpected(std::move(unkept->error));
  }
  ++logins_;
  return {};
}

std::string SpotifySession::Account() const {
  const Lock lock(mutex_);
  return login_.account;
}

base::Result<void> SpotifySession::SetAccount(const std::string& account) {
  const Lock lock(mutex_);
  const std::string before = std::exchange(login_.account, account);
  const bool was_kept = std::exchange(is_kept_, false);
  if (auto unkept = Keep()) {
    login_.account = before;
    is_kept_ = was_kept;
    return std::unexpected(std::move(unkept->error));
  }
  return {};
}

void SpotifySession::EndLogin(std::string why) {
  const Lock lock(mutex_);
  ++logins_;  // what is under way for it is dropped
  NeedLogin(std::move(why));
}

base::Result<void> SpotifySession::LogOut() {
  const Lock lock(mutex_);
  ++logins_;
  login_ = {};
  login_.why_login_needed = kNotYet;
  access_ = {nullptr, access_.number + 1};
  is_kept_ = true;
  return tokens_.Forget(SealedLoginName(listener_));
}

Refusal SpotifySession::LoginNeeded() const {
  Refusal refusal = RefusalFor(Trouble::kLoginNeeded, listener_);
  refusal.error.cause = login_.why_login_needed;
  return refusal;
}

AccessReport SpotifySession::Access() const {
  const Lock lock(mutex_);
  AccessReport report;
  if (login_.refresh_token.empty()) {
    report.notice = "log in to Spotify: " + login_.why_login_needed;
    // Of a login that had not come to its end. Whether the listener took it back cannot be told: what was
    // shown twice, or lost on its way, is answered alike.
    if (login_.refused_at.value > 0 && login_.refused_at.value < EndOfAccess(login_.authorized_at).value) {
      report.erase_by = base::UtcMs{login_.refused_at.value + kEraseWithinMs};
      report.notice += "; if you took the access back, what came over it is to be erased by " +
                       base::FormatInstant(*report.erase_by).substr(0, kDateSize) +
                       ": earprint logout, or Disconnect on the page";
    }
    return report;
  }
  report.state = LoginState::kLoggedIn;
  report.ends_at = EndOfAccess(login_.authorized_at);
  const auto granted = base::Split(login_.scope, ' ');
  if (!login_.scope.empty()) {
    for (const std::string& scope : app_.scopes) {
      if (std::find(granted.begin(), granted.end(), scope) == granted.end())
        report.missing_scopes.push_back(scope);
    }
  }
  const std::int64_t left_ms = report.ends_at->value - clock_.Now().value;
  if (left_ms <= 0) {
    report.notice = "access to Spotify has ended after six months: log in again";
  } else if (left_ms <= kAccessNoticeMs) {
    report.notice = "access to Spotify ends " + InDays(left_ms) + ": log in again before then";
  }
  return report;
}

}  // namespace earprint::sources::spotify
