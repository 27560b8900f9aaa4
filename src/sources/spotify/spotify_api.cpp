#include "sources/spotify/spotify_api.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <cctype>
#include <charconv>

#include "base/text.hpp"

namespace earprint::sources::spotify {

namespace json = boost::json;
namespace urls = boost::urls;

namespace {

constexpr std::int64_t kAnswerMsMax = 30'000;
constexpr std::size_t kAnswerBytesMax = 8 << 20;
constexpr std::int64_t kWaitMsMin = 1'000;
constexpr std::int64_t kRateWaitMs = 30'000;                    ///< a 429 that does not say how long
constexpr std::int64_t kQuotaWaitMs = 60 * base::kMsPerMinute;  ///< the same, of a day's quota
constexpr std::int64_t kAloneMs = 2'000, kAloneMsMax = 10 * base::kMsPerMinute;
constexpr std::int64_t kRateWaitMsMax =
    5 * base::kMsPerMinute;  ///< a longer wait is of a quota, whatever it says

/// A path that is sent as it stands: ids come out of answers.
bool IsPath(std::string_view path) {
  return path.starts_with('/') && path.find("..") == std::string_view::npos &&
         std::all_of(path.begin(), path.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                  std::string_view("/-_.~").find(c) != std::string_view::npos;
         });
}

std::unexpected<Refusal> WrongPath() {
  Refusal refusal = RefusalFor(Trouble::kWrongRequest, "a path of the Web API");
  refusal.error.cause = "an id in it holds what no id holds";
  return std::unexpected(std::move(refusal));
}

/// The path of a link below the API's root; nothing where it leads elsewhere. The root is compared letter by
/// letter: no two readers of addresses can then disagree about whose host it is.
std::optional<std::string> OwnPath(const std::string& link, const std::string& api_url) {
  if (!link.starts_with(api_url + "/") || !urls::parse_uri(link)) return std::nullopt;
  const std::string path =
      link.substr(api_url.size(), link.find_first_of("?#", api_url.size()) - api_url.size());
  if (path.find("..") != std::string::npos || link.find('#') != std::string::npos) return std::nullopt;
  return path;
}

/// How old an answer is, as RFC 9111 lets a cache tell; 0 where it tells nothing that can be read.
std::int64_t AgeMs(const std::map<std::string, std::string>& headers) {
  constexpr std::int64_t kAgeSecondsMax = base::kMsPerDay / base::kMsPerSecond;
  const auto found = headers.find("age");
  std::int64_t seconds = 0;
  if (found == headers.end()) return 0;
  const char* const end = found->second.data() + found->second.size();
  const auto [stop, failed] = std::from_chars(found->second.data(), end, seconds);
  if (failed != std::errc() || stop != end || seconds < 0) return 0;
  return std::min(seconds, kAgeSecondsMax) * base::kMsPerSecond;
}

/// The JSON of an answer; nothing where it is none. It is in memory of its own, of which its thousands of
/// small values are taken, and which goes with them.
std::optional<json::value> ParseBody(const std::string& body) {
  json::error_code failed;
  json::value value = json::parse(body, failed, json::make_shared_resource<json::monotonic_resource>());
  if (failed || (!value.is_object() && !value.is_array())) return std::nullopt;
  return value;
}

/// The same; text that is not UTF-8 is mended first.
std::optional<json::value> ReadBody(const std::string& body) {
  auto value = ParseBody(body);
  return value ? std::move(value) : ParseBody(base::ToValidUtf8(body));
}

}  // namespace

Asked<ApiAnswer> SpotifyApi::Get(const ApiRequest& request, const std::stop_token& cancel) {
  if (!IsPath(request.path)) return WrongPath();
  std::string url = app_.api_url + request.path;
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    url += separator + http_.Encoded(name) + "=" + http_.Encoded(value);
    separator = '&';
  }
  return Ask({request.path, std::move(url), FamilyOf(request.path), request.priority}, cancel);
}

Asked<ApiAnswer> SpotifyApi::GetLink(const std::string& url, Priority priority,
                                     const std::stop_token& cancel) {
  auto path = OwnPath(url, app_.api_url);
  if (!path) {
    Refusal refusal = RefusalFor(Trouble::kUnreadable, "a link of an answer");
    refusal.error.code = base::ErrorCode::kCorrupt;
    refusal.error.cause = "it leads elsewhere than to the Web API";
    return std::unexpected(std::move(refusal));
  }
  const Family family = FamilyOf(*path);
  return Ask({std::move(*path), url, family, priority}, cancel);
}

Asked<ApiAnswer> SpotifyApi::Ask(const Call& call, const std::stop_token& cancel) {
  if (auto standing = profile_.Standing(call.path)) return std::unexpected(std::move(*standing));
  if (auto put_off = PutOffAlone(call)) return std::unexpected(std::move(*put_off));
  std::optional<AccessToken> refused;
  for (;;) {
    // The token before the count: a listener who has to log in spends no budget.
    auto token = refused ? session_.TokenAfter(*refused, cancel) : session_.Token(cancel);
    if (!token) return std::unexpected(std::move(token).error());
    if (auto admitted = budget_.Admit(call.family, call.priority); !admitted) {
      return std::unexpected(Refusal{Trouble::kWaiting, std::move(admitted).error()});
    }
    const base::UtcMs sent_at = clock_.Now();
    auto answer = Send(call, *token, cancel);
    if (!answer) return std::unexpected(std::move(answer).error());
    const bool is_refused = answer->status == 401 && !refused &&
                            ClassifyRefusal(401, answer->body, "").trouble == Trouble::kTokenRefused;
    if (!is_refused) return Understand(call, *answer, sent_at);
    refused = std::move(*token);
  }
}

Asked<ports::HttpAnswer> SpotifyApi::Send(const Call& call, const AccessToken& token,
                                          const std::stop_token& cancel) {
  ports::HttpRequest request{.url = call.url,
                             .headers = {{"Authorization", "Bearer " + std::string(token.text->Reveal())},
                                         {"Accept", "application/json"}},
                             .deadline_ms = kAnswerMsMax,
                             .answer_bytes_max = kAnswerBytesMax,
                             .cancel = cancel};
  auto answer = http_.Send(request);
  std::string& header = request.headers.front().second;
  base::WipeBytes(header.data(), header.size());
  if (answer) return std::move(*answer);
  const bool is_too_large = answer.error().code == base::ErrorCode::kCorrupt;
  Refusal refusal{is_too_large ? Trouble::kUnreadable : Trouble::kUnreachable, std::move(answer).error()};
  if (cancel.stop_requested()) return std::unexpected(std::move(refusal));
  return std::unexpected(is_too_large ? BackOffAlone(call, std::move(refusal))
                                      : BackOff(call, std::move(refusal)));
}

Asked<ApiAnswer> SpotifyApi::Understand(const Call& call, const ports::HttpAnswer& answer,
                                        base::UtcMs sent_at) {
  if (answer.status != 200 && answer.status != 204) return std::unexpected(Learn(call, answer));
  const base::UtcMs received_at = clock_.Now();
  auto body = answer.status == 200 ? ReadBody(answer.body) : std::optional<json::value>(std::in_place);
  if (!body) return std::unexpected(BackOffAlone(call, RefusalFor(Trouble::kUnreadable, call.path)));
  budget_.Succeeded(call.family);
  profile_.Allowed(call.path);
  const std::lock_guard lock(mutex_);
  alone_[static_cast<std::size_t>(call.family)] = {};
  // Made of it, not assigned to: JSON that changes its memory is copied value by value.
  return ApiAnswer{std::move(*body), sent_at, received_at, AgeMs(answer.headers)};
}

Refusal SpotifyApi::Learn(const Call& call, const ports::HttpAnswer& answer) {
  Refusal refusal = ClassifyRefusal(answer.status, answer.body, call.path);
  switch (refusal.trouble) {
    case Trouble::kRateLimited:
    case Trouble::kQuotaSpent: {
      const bool is_quota = refusal.trouble == Trouble::kQuotaSpent;
      const std::int64_t told_ms =
          RetryAfterMs(answer.headers, clock_.Now()).value_or(is_quota ? kQuotaWaitMs : kRateWaitMs);
      const std::int64_t wait_ms = std::max(kWaitMsMin, told_ms);
      if (!is_quota && wait_ms > kRateWaitMsMax) refusal = RefusalFor(Trouble::kQuotaSpent, call.path);
      // A spent quota is of its family alone: plays go on when searching is over for the day.
      if (refusal.trouble == Trouble::kQuotaSpent) {
        budget_.Hold(call.family, wait_ms);
      } else {
        budget_.HoldAll(wait_ms);
      }
      refusal.error.not_before = base::UtcMs{clock_.Now().value + wait_ms};
      return refusal;
    }
    case Trouble::kTokenRefused:  // a new token, and it too: it is Spotify that has to change its mind
      refusal.error.code = base::ErrorCode::kRetryLater;
      return BackOffAlone(call, std::move(refusal));
    case Trouble::kUnreadable:
      return BackOffAlone(call, std::move(refusal));
    case Trouble::kServiceDown:
      return BackOff(call, std::move(refusal));
    default:
      profile_.Learn(call.path, refusal.trouble);
      return refusal;
  }
}

Refusal SpotifyApi::BackOff(const Call& call, Refusal refusal) {
  refusal.error.not_before = budget_.BackOff(call.family);
  return refusal;
}

Refusal SpotifyApi::BackOffAlone(const Call& call, Refusal refusal) {
  const std::lock_guard lock(mutex_);
  Alone& alone = alone_[static_cast<std::size_t>(call.family)];
  constexpr int kDoublingsMax = 12;
  alone.set_at_ms = clock_.Now().value;
  alone.wait_ms = std::min(kAloneMsMax, kAloneMs << std::min(alone.failures, kDoublingsMax));
  ++alone.failures;
  refusal.error.not_before = base::UtcMs{alone.set_at_ms + alone.wait_ms};
  return refusal;
}

std::optional<Refusal> SpotifyApi::PutOffAlone(const Call& call) {
  const std::lock_guard lock(mutex_);
  Alone& alone = alone_[static_cast<std::size_t>(call.family)];
  const std::int64_t now_ms = clock_.Now().value;
  alone.set_at_ms = std::min(alone.set_at_ms, now_ms);  // the clock may have been set back
  const std::int64_t until_ms = alone.set_at_ms + alone.wait_ms;
  if (until_ms <= now_ms) return std::nullopt;
  Refusal refusal = RefusalFor(Trouble::kWaiting, call.path);
  refusal.error.not_before = base::UtcMs{until_ms};
  return refusal;
}

}  // namespace earprint::sources::spotify
