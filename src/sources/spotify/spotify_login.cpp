#include "sources/spotify/spotify_login.hpp"

#include <boost/url/parse.hpp>
#include <utility>

#include "sources/spotify/callback_query.hpp"
#include "sources/spotify/login_proof.hpp"

namespace earprint::sources::spotify {

namespace urls = boost::urls;

namespace {

constexpr std::size_t kStateBytes = 32, kVerifierBytes = 64;
const std::string kOp = "log in to Spotify";

std::unexpected<Refusal> NotOurs(Trouble trouble, base::ErrorCode code, std::string cause, std::string hint) {
  return std::unexpected(Refusal{
      trouble, base::Error{code, kOp, "the answer of the login page", std::move(cause), std::move(hint)}});
}

}  // namespace

std::string LoopbackRedirect(std::uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port) + "/callback";
}

base::Result<void> CheckRedirect(const std::string& redirect_uri) {
  const auto refused = [](std::string cause) {
    return base::Fail(base::ErrorCode::kInvalidInput, kOp, "the redirect address", std::move(cause),
                      "register http://127.0.0.1/callback in Spotify's developer dashboard and use that");
  };
  const auto url = urls::parse_uri(redirect_uri);
  if (!url) return refused("it is no address");
  // Boost 1.81 reads "127.0.0.1.example" as the host 127.0.0.1 and the path ".example".
  if (!url->encoded_path().empty() && url->encoded_path().front() != '/') return refused("it is no address");
  if (url->has_userinfo() || url->has_fragment() || url->has_query())
    return refused("it holds more than host, port and path");
  if (url->scheme_id() == urls::scheme::https) return {};
  if (url->scheme_id() != urls::scheme::http) return refused("it is neither https nor http");
  const std::string host(url->encoded_host());
  if (host == "127.0.0.1" || host == "[::1]") return {};
  return refused(host == "localhost" ? "Spotify does not take the name localhost"
                                     : "without https Spotify takes this machine's own address only");
}

base::Result<std::string> SpotifyLogin::Begin(const std::string& listener, const std::string& redirect_uri) {
  if (auto sound = CheckRedirect(redirect_uri); !sound) return std::unexpected(sound.error());
  if (app_.client_id.empty()) {
    return base::Fail(base::ErrorCode::kInvalidInput, kOp, "the application", "no client id is set",
                      "register an application in Spotify's developer dashboard and set its client id");
  }
  std::string scopes;
  for (const std::string& scope : app_.scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  const std::lock_guard lock(mutex_);
  Begun login{listener, redirect_uri, RandomWord(random_, kStateBytes), RandomWord(random_, kVerifierBytes),
              clock_.Now()};
  std::string url =
      app_.accounts_url + "/authorize?response_type=code&client_id=" + http_.Encoded(app_.client_id) +
      "&redirect_uri=" + http_.Encoded(redirect_uri) + "&scope=" + http_.Encoded(scopes) +
      "&show_dialog=true&code_challenge_method=S256&code_challenge=" + ChallengeOf(login.verifier) +
      "&state=" + std::string(login.state.Reveal());
  if (begun_.size() == kLoginsBegunMax) begun_.erase(begun_.begin());
  begun_.push_back(std::move(login));
  return url;
}

void SpotifyLogin::Drop(const std::string& listener) {
  const std::lock_guard lock(mutex_);
  std::erase_if(begun_, [&listener](const Begun& login) { return login.listener == listener; });
}

Asked<LoginOutcome> SpotifyLogin::Finish(std::string_view query, const std::stop_token& cancel) {
  auto read = ReadCallbackQuery(query);
  if (!read) return std::unexpected(Refusal{Trouble::kUnasked, std::move(read).error()});
  const std::optional<Begun> login = TakeBegun(read->state);
  if (!login) {
    return NotOurs(Trouble::kUnasked, base::ErrorCode::kUnauthorized,
                   "it belongs to no login that is under way here",
                   "begin the login again: earprint login; an answer is good once, for ten minutes");
  }
  if (read->error) {
    const bool is_denied = *read->error == "access_denied";
    return NotOurs(Trouble::kLoginNeeded, base::ErrorCode::kUnauthorized,
                   is_denied ? "the listener did not agree" : "Spotify ended the login: " + *read->error,
                   "log in again and agree: earprint login");
  }
  const base::UtcMs now = clock_.Now();
  auto grant = AskForTokens(http_, app_,
                            {{"grant_type", "authorization_code"},
                             {"code", read->code->Reveal()},
                             {"redirect_uri", login->redirect_uri},
                             {"client_id", app_.client_id},
                             {"code_verifier", login->verifier.Reveal()}},
                            now, cancel);
  if (!grant) {
    Refusal refusal = std::move(grant).error();
    refusal.error = std::move(refusal.error).Within(kOp);
    if (refusal.trouble == Trouble::kLoginNeeded)
      refusal.error.cause = "the code is not good, or not for this login";
    return std::unexpected(std::move(refusal));
  }
  if (!grant->refresh_token) return std::unexpected(RefusalFor(Trouble::kUnreadable, "the accounts service"));
  return LoginOutcome{login->listener, std::move(*grant), now};
}

std::optional<SpotifyLogin::Begun> SpotifyLogin::TakeBegun(const base::SecretText& state) {
  const std::lock_guard lock(mutex_);
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < begun_.size(); ++i) {  // all of them, so that the time tells nothing
    if (IsSameSecret(begun_[i].state.Reveal(), state.Reveal())) found = i;
  }
  if (!found) return std::nullopt;
  Begun login = std::move(begun_[*found]);
  begun_.erase(begun_.begin() + static_cast<std::ptrdiff_t>(*found));
  if (clock_.Now().value - login.at.value > kLoginMsMax) return std::nullopt;
  return login;
}

}  // namespace earprint::sources::spotify
