#include "sources/spotify/token_request.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "sources/spotify/answers/json_fields.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {

constexpr std::size_t kAnswerBytesMax = 65'536;
constexpr std::int64_t kDefaultLifeSeconds = 3'600, kLifeSecondsMax = 86'400;
constexpr std::int64_t kDefaultWaitMs = 30'000;
const std::string kSubject = "the accounts service";

/// A token goes into a header: nothing but what may stand there.
bool IsToken(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::unexpected<Refusal> Refused(Trouble trouble) { return std::unexpected(RefusalFor(trouble, kSubject)); }

Asked<TokenGrant> ReadGrant(const std::string& body) {
  json::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed) return Refused(Trouble::kUnreadable);
  JsonFields fields(value, {});
  std::string access = fields.Text("access_token").value_or("");
  std::string refresh = fields.Text("refresh_token").value_or("");
  const std::string type = fields.Text("token_type").value_or("Bearer");
  TokenGrant grant;
  grant.scope = fields.Text("scope").value_or("");
  grant.expires_in_ms = fields.Whole("expires_in", 1).value_or(kDefaultLifeSeconds);
  grant.expires_in_ms = std::min(grant.expires_in_ms, kLifeSecondsMax) * 1'000;
  const bool is_sound = fields.End(0).has_value() && IsToken(access) &&
                        (refresh.empty() || IsToken(refresh)) && base::EqualsIgnoringCase(type, "bearer");
  if (is_sound) {
    grant.access_token = base::SecretText(access);
    if (!refresh.empty()) grant.refresh_token = base::SecretText(refresh);
  }
  base::WipeBytes(access.data(), access.size());
  base::WipeBytes(refresh.data(), refresh.size());
  if (!is_sound) return Refused(Trouble::kUnreadable);
  return grant;
}

/// The word of the accounts service's flat error: "invalid_grant".
std::string ErrorWord(const std::string& body) {
  json::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed) return "";
  JsonFields fields(value, {});
  return fields.Text("error").value_or("");
}

Refusal ReadRefusal(const ports::HttpAnswer& answer, base::UtcMs now) {
  const std::string word = answer.status == 400 || answer.status == 401 ? ErrorWord(answer.body) : "";
  if (word == "invalid_grant") {
    Refusal refusal = RefusalFor(Trouble::kLoginNeeded, kSubject);
    refusal.error.cause = "access has ended or was taken back";
    return refusal;
  }
  if (word == "invalid_client" || word == "unauthorized_client") {
    Refusal refusal = RefusalFor(Trouble::kWrongRequest, kSubject);
    refusal.error.cause = "Spotify does not know the application";
    refusal.error.hint = "look at the client id, and at the application in Spotify's developer dashboard";
    return refusal;
  }
  Refusal refusal = ClassifyRefusal(answer.status, "", kSubject);
  if (answer.status == 429) {
    const std::int64_t wait_ms =
        std::max<std::int64_t>(1'000, RetryAfterMs(answer.headers, now).value_or(kDefaultWaitMs));
    refusal.error.not_before = base::UtcMs{now.value + wait_ms};
  } else if (answer.status < 500) {
    const bool is_client = answer.status >= 400;
    refusal = RefusalFor(is_client ? Trouble::kWrongRequest : Trouble::kUnreadable, kSubject);
    refusal.error.cause += " (status " + std::to_string(answer.status) + ")";
  }
  return refusal;
}

}  // namespace

Asked<TokenGrant> AskForTokens(ports::HttpClient& http, const SpotifyApp& app, const TokenForm& form,
                               base::UtcMs now, const std::stop_token& cancel) {
  ports::HttpRequest request{.method = "POST",
                             .url = app.accounts_url + "/api/token",
                             .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                             .answer_bytes_max = kAnswerBytesMax,
                             .cancel = cancel};
  for (const auto& [name, value] : form) {
    std::string encoded = http.Encoded(value);
    request.body.reserve(request.body.size() + name.size() + encoded.size() +
                         4'096);  // so that it is not moved about
    if (!request.body.empty()) request.body += '&';
    request.body += std::string(name) + '=' + encoded;
    base::WipeBytes(encoded.data(), encoded.size());
  }
  auto answer = http.Send(request);
  base::WipeBytes(request.body.data(), request.body.size());
  if (!answer) {
    const bool is_read = answer.error().code == base::ErrorCode::kCorrupt;
    return std::unexpected(
        Refusal{is_read ? Trouble::kUnreadable : Trouble::kUnreachable, std::move(answer).error()});
  }
  Asked<TokenGrant> grant = answer->status == 200
                                ? ReadGrant(answer->body)
                                : Asked<TokenGrant>(std::unexpected(ReadRefusal(*answer, now)));
  base::WipeBytes(answer->body.data(), answer->body.size());
  return grant;
}

}  // namespace earprint::sources::spotify
