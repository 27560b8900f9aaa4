#include "sources/spotify/sync/account_check.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "sources/spotify/answers/spotify_json.hpp"
#include "sources/spotify/sealed_login.hpp"

namespace earprint::sources::spotify {

namespace {

constexpr std::string_view kPath = "/me", kUserName = "user:";
constexpr std::int64_t kAnswerMsMax = 15'000, kQuotaWaitMs = 60 * base::kMsPerMinute;
constexpr std::size_t kAnswerBytesMax = 1 << 20;
constexpr int kTriesMax = 3;

/// Two that are told by different means cannot be told apart.
bool IsOther(std::string_view left, std::string_view right) {
  if (left.empty() || right.empty()) return false;
  return left.starts_with(kUserName) == right.starts_with(kUserName) && left != right;
}

/// The account of a listener's login as it is kept; empty where none is.
base::Result<std::string> KeptAccount(const std::string& listener, ports::TokenStore& tokens) {
  auto sealed = tokens.Open(SealedLoginName(listener));
  if (!sealed) {
    if (sealed.error().code == base::ErrorCode::kRetryLater) return std::unexpected(sealed.error());
    return std::string();  // it does not open: whose it was cannot be known
  }
  if (!*sealed) return std::string();
  auto login = ReadSealedLogin(**sealed);
  return login && login->listener == listener ? login->account : std::string();
}

Asked<std::string> AskOnce(ports::HttpClient& http, const SpotifyApp& app, RequestBudget& budget,
                           const ports::Clock& clock, const LoginOutcome& outcome,
                           const std::stop_token& cancel) {
  if (auto admitted = budget.Admit(Family::kUser, Priority::kPlays); !admitted)
    return std::unexpected(Refusal{Trouble::kWaiting, std::move(admitted).error()});
  ports::HttpRequest request{
      .url = app.api_url + std::string(kPath),
      .headers = {{"Authorization", "Bearer " + std::string(outcome.grant.access_token.Reveal())},
                  {"Accept", "application/json"}},
      .deadline_ms = kAnswerMsMax,
      .answer_bytes_max = kAnswerBytesMax,
      .cancel = cancel};
  auto answer = http.Send(request);
  std::string& header = request.headers.front().second;
  base::WipeBytes(header.data(), header.size());
  if (!answer) return std::unexpected(Refusal{Trouble::kUnreachable, std::move(answer).error()});
  const std::string subject = "whose account it is";
  if (answer->status != 200) {
    Refusal refusal = ClassifyRefusal(answer->status, answer->body, subject);
    const bool is_quota = refusal.trouble == Trouble::kQuotaSpent;
    if (is_quota || refusal.trouble == Trouble::kRateLimited) {
      const std::int64_t wait_ms =
          RetryAfterMs(answer->headers, clock.Now()).value_or(is_quota ? kQuotaWaitMs : 30'000);
      budget.Hold(Family::kUser, wait_ms);
      refusal.error.not_before = base::UtcMs{clock.Now().value + wait_ms};
    }
    return std::unexpected(std::move(refusal));
  }
  boost::system::error_code failed;
  const auto user = ReadUser(boost::json::parse(answer->body, failed), {});
  if (failed || !user) return std::unexpected(RefusalFor(Trouble::kUnreadable, subject));
  return AccountOf(*user);
}

}  // namespace

std::string AccountOf(const SpotifyUser& user) {
  if (user.account_id && !user.account_id->empty()) return *user.account_id;
  return std::string(kUserName) + user.id;
}

Asked<std::string> AskAccount(ports::HttpClient& http, const SpotifyApp& app, RequestBudget& budget,
                              const ports::Clock& clock, const LoginOutcome& outcome,
                              const std::stop_token& cancel) {
  for (int tries = 1;; ++tries) {
    auto account = AskOnce(http, app, budget, clock, outcome, cancel);
    const bool may_pass = !account && (account.error().trouble == Trouble::kServiceDown ||
                                       account.error().trouble == Trouble::kUnreadable ||
                                       account.error().trouble == Trouble::kUnreachable);
    if (!may_pass || tries == kTriesMax || cancel.stop_requested()) return account;
  }
}

base::Result<void> CheckAccount(const std::string& account, const std::string& listener,
                                const std::vector<std::string>& listeners, ports::TokenStore& tokens) {
  const auto refused = [&listener](std::string cause, std::string hint) {
    return base::Fail(base::ErrorCode::kConflict, "log in to Spotify", listener, std::move(cause),
                      std::move(hint));
  };
  auto own = KeptAccount(listener, tokens);
  if (!own) return std::unexpected(own.error());
  if (IsOther(*own, account)) {
    return refused("this is another Spotify account than the one that " + listener + " had before",
                   "log in with the former account, or choose another name for this one, or disconnect " +
                       listener +
                       " first; a browser stays logged in as somebody: log out at "
                       "accounts.spotify.com to change who it is");
  }
  for (const std::string& other : listeners) {
    if (other == listener) continue;
    auto held = KeptAccount(other, tokens);
    if (!held) return std::unexpected(held.error());
    if (held->empty() || *held != account) continue;
    return refused(
        "this Spotify account is " + other + "'s already",
        "the browser is logged in at Spotify as somebody else: log out at accounts.spotify.com, or "
        "choose \"Not you?\" there, and log in again; or disconnect " +
            other + " first");
  }
  return {};
}

void LearnWhose(SpotifySession& session, SpotifyApi& api, const std::string& listener,
                const std::vector<std::string>& listeners, ports::TokenStore& tokens,
                const std::stop_token& cancel) {
  if (session.Access().state != LoginState::kLoggedIn) return;
  auto answer = api.Get({.path = std::string(kPath), .priority = Priority::kPlays}, cancel);
  if (!answer) return;
  const auto user = ReadUser(answer->body, {});
  if (!user) return;
  const std::string account = AccountOf(*user);
  auto held = CheckAccount(account, listener, listeners, tokens);
  if (held) {
    (void)session.SetAccount(account);  // where it is not kept it is asked for again
  } else if (held.error().code == base::ErrorCode::kConflict) {
    session.EndLogin(held.error().cause + "; " + held.error().hint);
  }
}

}  // namespace earprint::sources::spotify
