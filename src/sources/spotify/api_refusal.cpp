#include "sources/spotify/api_refusal.hpp"

#include <boost/json.hpp>
#include <utility>

#include "base/retry_after.hpp"
#include "base/text.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;

namespace {

constexpr std::size_t kErrorBodyBytesMax = 65'536;
const std::string kOp = "ask Spotify";

/// The words of an error's body, lower case: its message and its reason, or the bare text.
struct Words {
  std::string message;
  std::string reason;
};

std::string TextOf(const json::object& object, std::string_view key) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? base::AsciiLower(std::string_view(found->get_string()))
                                                : "";
}

Words WordsOf(std::string_view body) {
  body = body.substr(0, kErrorBodyBytesMax);
  json::error_code failed;
  const json::value value = json::parse(body, failed);
  if (failed || !value.is_object()) return {base::AsciiLower(body), ""};
  const json::value* error = value.get_object().if_contains("error");
  if (error == nullptr) return {};
  if (error->is_string())
    return {TextOf(value.get_object(), "error_description"), TextOf(value.get_object(), "error")};
  if (!error->is_object()) return {};
  return {TextOf(error->get_object(), "message"), TextOf(error->get_object(), "reason")};
}

bool Says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

Refusal Told(Trouble trouble, base::ErrorCode code, const std::string& subject, std::string cause,
             std::string hint) {
  return {trouble, base::Error{code, kOp, subject, std::move(cause), std::move(hint)}};
}

/// Which of the refusals that look alike by their status it is.
Trouble ForbiddenTrouble(const Words& words) {
  const bool is_scope = Says(words.message, "scope") || Says(words.message, "permissions missing");
  if (is_scope) return Trouble::kScopeMissing;
  // The same word with this reason is of the listener's own subscription, and of one command of the player
  // only.
  if (Says(words.message, "premium") && words.reason != "premium_required") return Trouble::kPremiumNeeded;
  return Says(words.message, "not registered") ? Trouble::kNotRegistered : Trouble::kForbidden;
}

}  // namespace

Refusal ClassifyRefusal(int status, std::string_view body, const std::string& subject) {
  const Words words = WordsOf(body);
  if (status == 401) {
    const Trouble trouble = ForbiddenTrouble(words);
    return RefusalFor(trouble == Trouble::kScopeMissing ? trouble : Trouble::kTokenRefused, subject);
  }
  if (status == 403) return RefusalFor(ForbiddenTrouble(words), subject);
  if (status == 404) return RefusalFor(Trouble::kNotFound, subject);
  if (status == 429) {
    return RefusalFor(words.reason == "quota_exceeded" ? Trouble::kQuotaSpent : Trouble::kRateLimited,
                      subject);
  }
  const Trouble trouble = status >= 500   ? Trouble::kServiceDown
                          : status >= 400 ? Trouble::kWrongRequest
                                          : Trouble::kUnreadable;
  Refusal refusal = RefusalFor(trouble, subject);
  refusal.error.cause += " (status " + std::to_string(status) + ")";
  return refusal;
}

Refusal RefusalFor(Trouble trouble, const std::string& subject) {
  using base::ErrorCode;
  switch (trouble) {
    case Trouble::kWaiting:
      return Told(trouble, ErrorCode::kRetryLater, subject, "it is not yet time to ask again",
                  "nothing: it goes on by itself");
    case Trouble::kRateLimited:
      return Told(trouble, ErrorCode::kRetryLater, subject, "too many requests within a short time",
                  "nothing: it goes on by itself");
    case Trouble::kQuotaSpent:
      return Told(trouble, ErrorCode::kRetryLater, subject, "the application's requests for a day are spent",
                  "nothing: it goes on by itself");
    case Trouble::kLoginNeeded:
      return Told(trouble, ErrorCode::kUnauthorized, subject, "there is no access to Spotify",
                  "log in: earprint login");
    case Trouble::kScopeMissing:
      return Told(trouble, ErrorCode::kUnauthorized, subject, "the login does not allow this",
                  "log in again and allow all that is asked: earprint login");
    case Trouble::kTokenRefused:
      return Told(trouble, ErrorCode::kUnauthorized, subject, "the access token is not taken any more",
                  "log in again if it stays so: earprint login");
    case Trouble::kPremiumNeeded:
      return Told(
          trouble, ErrorCode::kUnsupported, subject,
          "the owner of the application has no Premium subscription",
          "the account that registered the application needs Premium; Spotify sees a change after some "
          "hours");
    case Trouble::kNotRegistered:
      return Told(trouble, ErrorCode::kUnsupported, subject,
                  "this Spotify account is not on the application's list of users",
                  "add the account's mail address under User Management in Spotify's developer dashboard");
    case Trouble::kForbidden:
      return Told(trouble, ErrorCode::kUnsupported, subject, "Spotify does not give this to this application",
                  "nothing: it is done without, and asked again later");
    case Trouble::kNotFound:
      return Told(trouble, ErrorCode::kNotFound, subject,
                  "Spotify does not have it, or not for this application", "");
    case Trouble::kWrongRequest:
      return Told(trouble, ErrorCode::kInvalidInput, subject, "Spotify does not take the request", "");
    case Trouble::kServiceDown:
      return Told(trouble, ErrorCode::kRetryLater, subject, "Spotify has a fault of its own",
                  "nothing: it is tried again");
    case Trouble::kUnreadable:
      return Told(trouble, ErrorCode::kRetryLater, subject, "the answer is not what was promised",
                  "look whether a proxy or a network's login page answers instead of Spotify");
    case Trouble::kUnreachable:
      return Told(trouble, ErrorCode::kRetryLater, subject, "no answer",
                  "look at the network connection; it is tried again");
    case Trouble::kUnasked:
      return Told(trouble, ErrorCode::kUnauthorized, subject, "it answers nothing that was asked here", "");
  }
  return {};
}

std::optional<std::int64_t> RetryAfterMs(const std::map<std::string, std::string>& headers, base::UtcMs now) {
  constexpr std::int64_t kWaitMsMax = 7 * base::kMsPerDay;
  const auto found = headers.find("retry-after");
  if (found == headers.end()) return std::nullopt;
  const auto at = base::ReadRetryAfter(found->second, now, kWaitMsMax);
  return at ? std::optional(at->value - now.value) : std::nullopt;
}

}  // namespace earprint::sources::spotify
