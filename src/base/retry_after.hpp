#pragma once

#include <optional>
#include <string_view>

#include "base/utc_time.hpp"

namespace earprint::base {

/// Reads the value of HTTP's Retry-After: whole seconds from now on, or a date.
///
/// Shape:   in: the value, blanks around it allowed; out: the instant before which nobody need ask again,
///          never before now and at most `wait_ms_max` after it; nothing where it is neither.
/// Units:   instants in milliseconds since 1970-01-01 UTC.
/// Source:  RFC 9110, 10.2.3 and 5.6.7: the date in its three forms, always in GMT.
std::optional<UtcMs> ReadRetryAfter(std::string_view value, UtcMs now, std::int64_t wait_ms_max);

}  // namespace earprint::base
