#include "fakes/spotify/request_gate.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <iterator>
#include <map>

#include "base/text.hpp"

namespace earprint::fakes {

namespace {

constexpr int kBadStatus = 400;
constexpr std::int64_t kRateWindowMs = 30 * base::kMsPerSecond;

WebAnswer Wait(std::int64_t seconds, std::string_view message, std::string_view reason = {}) {
  WebAnswer answer = ApiError(429, message, reason);
  answer.headers.emplace_back("retry-after", std::to_string(std::max<std::int64_t>(1, seconds)));
  return answer;
}

std::int64_t SecondsUntil(std::int64_t at_ms, base::UtcMs now) {
  return (at_ms - now.value + base::kMsPerSecond - 1) / base::kMsPerSecond;
}

/// Drops what is as old as an instant, or older.
void ForgetBefore(std::int64_t at_ms, std::deque<base::UtcMs>& times) {
  while (!times.empty() && times.front().value <= at_ms) times.pop_front();
}

WebAnswer Unauthorized(std::string_view message) {
  WebAnswer answer = ApiError(401, message);
  answer.headers.emplace_back("www-authenticate",
                              "Bearer realm=\"spotify\", error=\"invalid_token\", error_description=\"" +
                                  std::string(message) + "\"");
  return answer;
}

std::optional<WebAnswer> RefusalOf(const ForcedFailure& failure) {
  if (failure.kind == "500") return ApiError(500, "Server error.");
  if (failure.kind == "502") return ApiError(502, "Backend respond with 500");
  if (failure.kind == "503") return ApiError(503, "Service unavailable");
  if (failure.kind == "rate") return Wait(failure.retry_after_s, "API rate limit exceeded");
  if (failure.kind == "quota") return Wait(failure.retry_after_s, "Too many requests", "QUOTA_EXCEEDED");
  if (failure.kind == "expired") return Unauthorized("The access token expired");
  if (failure.kind == "invalid") return Unauthorized("Invalid access token");
  if (failure.kind == "forbidden") return ApiError(403, "Forbidden");
  return std::nullopt;
}

}  // namespace

WebAnswer ApiError(int status, std::string_view message, std::string_view reason) {
  boost::json::object error{{"status", status}, {"message", message}};
  if (!reason.empty()) error["reason"] = reason;
  WebAnswer answer;
  answer.status = status;
  answer.body = boost::json::serialize(boost::json::object{{"error", std::move(error)}});
  return answer;
}

std::string FamilyOf(std::string_view path) {
  const auto parts = base::Split(path.substr(path.starts_with('/') ? 1 : 0), '/');
  const auto part = [&parts](std::size_t place) {
    return place < parts.size() ? parts[place] : std::string_view();
  };
  if (part(0) == "me") {
    if (part(1) == "player") return part(2) == "recently-played" ? "recently-played" : "player";
    if (part(1) == "playlists") return "playlists";
    if (part(1) == "top") return "top";
    return part(1).empty() ? "me" : "library";
  }
  if (part(0) == "playlists")
    return part(2) == "items" || part(2) == "tracks" ? "playlist-items" : "playlist";
  if (part(0) == "users") return part(2) == "playlists" ? "playlists" : "users";
  static const std::map<std::string_view, std::string_view> singles = {{"tracks", "track"},
                                                                       {"artists", "artist"},
                                                                       {"albums", "album"},
                                                                       {"episodes", "episode"},
                                                                       {"shows", "show"}};
  const auto single = singles.find(part(0));
  return std::string(single == singles.end() ? part(0) : single->second);
}

void RequestGate::Record(RequestRecord record) {
  if (record.status < kBadStatus) {
    lately_.push_back(record.at);
    today_[record.family].push_back(record.at);
  }
  records_.push_back(std::move(record));
}

std::optional<WebAnswer> RequestGate::TooMany(base::UtcMs now, std::string_view family,
                                              const SpotifySwitches& switches) {
  ForgetBefore(now.value - kRateWindowMs, lately_);
  auto& today = today_[std::string(family)];
  ForgetBefore(now.value - base::kMsPerDay, today);
  if (switches.IsDevelopment()) {
    const auto own = switches.quotas.find(std::string(family));
    const std::int64_t quota = own == switches.quotas.end() ? switches.quota_default : own->second;
    if (quota > 0 && std::ssize(today) >= quota) {
      return Wait(SecondsUntil(today.front().value + base::kMsPerDay, now), "Too many requests",
                  "QUOTA_EXCEEDED");
    }
  }
  if (switches.rate_max > 0 && std::ssize(lately_) >= switches.rate_max) {
    return Wait(SecondsUntil(lately_.front().value + kRateWindowMs, now), "API rate limit exceeded");
  }
  return std::nullopt;
}

ForcedFailure RequestGate::Draw(std::string_view family, SpotifySwitches& switches) {
  for (auto each = switches.forced.begin(); each != switches.forced.end(); ++each) {
    if (!each->family.empty() && each->family != family) continue;
    ForcedFailure drawn = *each;
    if (--each->times <= 0) switches.forced.erase(each);
    return drawn;
  }
  return DrawOf(switches.failures);
}

ForcedFailure RequestGate::DrawOf(const std::map<std::string, double>& shares) {
  double at = random_.Unit();
  for (const auto& [kind, share] : shares) {
    if (at < share) {
      constexpr std::int64_t kLongWaitS = 86'400;
      return {kind, "", 1, kind == "quota" ? kLongWaitS : random_.Between(1, 4)};
    }
    at -= share;
  }
  return {};
}

std::optional<WebAnswer> RequestGate::Refuse(base::UtcMs now, std::string_view family,
                                             SpotifySwitches& switches, WebAnswer& fate) {
  const ForcedFailure drawn = Draw(family, switches);
  drawn_ = drawn.kind;
  if (auto refusal = RefusalOf(drawn)) return refusal;
  if (drawn.kind == "nothing" && family == "player") return WebAnswer{.status = 204};
  if (auto refusal = TooMany(now, family, switches)) return refusal;
  Befall(drawn.kind, switches, fate);
  return std::nullopt;
}

std::optional<WebAnswer> RequestGate::RefuseToken(const SpotifySwitches& switches, WebAnswer& fate) {
  drawn_.clear();
  if (switches.token_failures.empty()) return std::nullopt;
  const ForcedFailure drawn = DrawOf(switches.token_failures);
  drawn_ = drawn.kind;
  if (auto refusal = RefusalOf(drawn)) return refusal;
  Befall(drawn.kind, switches, fate);
  return std::nullopt;
}

void RequestGate::Befall(const std::string& kind, const SpotifySwitches& switches, WebAnswer& fate) {
  if (kind == "slow") fate.delay = std::chrono::milliseconds(switches.slow_ms);
  if (kind == "cut") fate.cut_after_bytes = 0;
  if (kind == "reset") fate.reset = true;
}

}  // namespace earprint::fakes
