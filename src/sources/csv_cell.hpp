#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"

namespace earprint::sources {

/// Unit in which a file gives durations.
enum class DurationUnit : std::uint8_t { kMilliseconds, kSeconds, kMinutes };

/// Whether a cell says that there is no value: "", NA, N/A, nan, null, none, -, --, in any case.
bool IsMissing(std::string_view cell);

/// The same of a name, which may well be "None" or "-": only "", NA, N/A, NaN, nan, null, NULL.
bool IsMissingName(std::string_view cell);

/// A decimal number times 10^digits as an integer, rounded half away from zero, without a detour over binary
/// fractions.
///
/// Shape:  understands signs, thousands separators (, ' and blanks before groups of three), "2.33e-5", a
///         closing %, and with `decimal_comma` "0,5". Nothing for anything else, or beyond 9e17.
std::optional<std::int64_t> ParseScaled(std::string_view cell, int digits, bool decimal_comma);

/// A whole number, also written as "204053.0" or "48,633,449".
std::optional<std::int64_t> ParseWhole(std::string_view cell);

/// true, 1, yes, t, y / false, 0, no, f, n, in any case.
std::optional<bool> ParseFlag(std::string_view cell);

/// The parts of "['A', \"B's\"]", of "A;B", and with `comma_joins` of "A, B"; otherwise the cell itself.
/// Names that hold a comma of their own ("Tyler, The Creator") stay whole where they are known.
std::vector<std::string> ParseList(std::string_view cell, bool comma_joins);

/// "C", "C#", "C♯", "C#/Db", "Db", "11": the pitch class 0..11.
std::optional<std::int64_t> ParseKey(std::string_view cell);

/// 1 and "Major", 0 and "Minor".
std::optional<std::int64_t> ParseMode(std::string_view cell);

/// A release date in the house's form: "YYYY", "YYYY-MM" or "YYYY-MM-DD"; empty when it is none. Where the
/// year stands last, `month_first` says whether the month or the day is first.
std::string ParseReleaseDate(std::string_view cell, bool month_first);

/// A track's Spotify id out of a bare id, a URI, or an address of the player or the Web API; empty when there
/// is none.
std::string_view TrackIdIn(std::string_view cell);

/// The end of a play: what base::ParseInstant reads, the same with " UTC" behind, or seconds or milliseconds
/// since 1970. Nothing for a mere date.
std::optional<base::StatedInstant> ParseEnded(std::string_view cell);

/// Milliseconds out of a number in the given unit, or of "m:ss" and "h:mm:ss". Nothing for 0 and for more
/// than a week.
std::optional<std::int64_t> ParseDuration(std::string_view cell, DurationUnit unit, bool decimal_comma);

}  // namespace earprint::sources
