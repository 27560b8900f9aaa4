#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/utc_time.hpp"

namespace earprint::sources::spotify {

/// What stands in the way, where the error's code alone does not tell it.
enum class Trouble : std::uint8_t {
  kWaiting,        ///< our own budget, or a deadline that Spotify set
  kRateLimited,    ///< 429: too many within seconds
  kQuotaSpent,     ///< 429: too many within a day
  kLoginNeeded,    ///< access ended or was taken back
  kScopeMissing,   ///< the listener did not allow this
  kTokenRefused,   ///< 401: the access token is no longer taken
  kPremiumNeeded,  ///< 403: the owner of the application has no Premium
  kNotRegistered,  ///< 403: the listener is not on the application's list
  kForbidden,      ///< 403: this application may not ask this
  kNotFound,
  kWrongRequest,  ///< 400 and its like: ours to mend
  kServiceDown,   ///< 5xx
  kUnreadable,    ///< cut, or not what was promised
  kUnreachable,   ///< no answer
  kUnasked,       ///< an answer to nothing that was asked here
};

/// Why a call gave nothing: the trouble, and the error that tells a person.
struct Refusal {
  Trouble trouble = Trouble::kUnreachable;
  base::Error error;
};

template <typename T>
using Asked = std::expected<T, Refusal>;

/// Tells an answer of the API that is no success apart: a trouble, its words and what to try.
///
/// Shape:   in: status and body as it came (JSON of the API's error shape, of the accounts
///          service's, or bare text); `subject` is what was asked. No part of the body stands in the error
///          but the texts that are known.
/// Source:  the reference of the Web API, status codes and rate limits, read 2026-11.
Refusal ClassifyRefusal(int status, std::string_view body, const std::string& subject);

/// A trouble in words, with what to try: each has its own.
Refusal RefusalFor(Trouble trouble, const std::string& subject);

/// How long an answer asks to wait, in milliseconds; nothing where it tells nothing that can be read.
std::optional<std::int64_t> RetryAfterMs(const std::map<std::string, std::string>& headers, base::UtcMs now);

}  // namespace earprint::sources::spotify
