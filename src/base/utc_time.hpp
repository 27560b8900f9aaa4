#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earprint::base {

inline constexpr std::int64_t kMsPerSecond = 1'000;
inline constexpr std::int64_t kMsPerMinute = 60'000;
inline constexpr std::int64_t kMsPerDay = 86'400'000;

/// An instant: milliseconds since 1970-01-01T00:00:00 UTC.
struct UtcMs {
  std::int64_t value = 0;
  auto operator<=>(const UtcMs&) const = default;
};

/// An instant as a source wrote it, and how exactly it was written.
struct StatedInstant {
  UtcMs at;
  std::int64_t precision_ms = kMsPerSecond;  ///< 1, 1000, 60000 (minutes only) or 86400000 (a date only)
};

/// Days since 1970-01-01 of a civil date (proleptic Gregorian); nothing for impossible dates and beyond
/// four-digit years.
std::optional<std::int64_t> EpochDay(int year, int month, int day);

/// Reads "YYYY-MM-DD", "YYYY-MM-DD HH:MM[:SS[.fff]]", the same with 'T', and with 'Z' or "+HH:MM" after a
/// time. A text without a zone is UTC. Nothing for anything else, blanks around it included.
std::optional<StatedInstant> ParseInstant(std::string_view text);

/// "2015-01-12T21:31:09Z"; milliseconds are added only when they are not zero.
std::string FormatInstant(UtcMs at);

/// "2015-01-12" of an epoch day.
std::string FormatEpochDay(std::int64_t epoch_day);

}  // namespace earprint::base
