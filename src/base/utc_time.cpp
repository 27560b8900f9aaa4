#include "base/utc_time.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <chrono>
#include <iterator>

namespace earprint::base {

namespace {

/// Takes exactly `digits` decimal digits off the front; false when they are not there.
bool TakeNumber(std::string_view& text, int digits, int& value) {
  if (text.size() < static_cast<std::size_t>(digits)) return false;
  value = 0;
  for (int i = 0; i < digits; ++i) {
    const char c = text[static_cast<std::size_t>(i)];
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(static_cast<std::size_t>(digits));
  return true;
}

bool TakeChar(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// Takes ".f", ".ff", ".fff…" off the front as milliseconds; digits beyond the third are dropped.
bool TakeFraction(std::string_view& text, int& ms) {
  ms = 0;
  int scale = 100;
  std::size_t digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    ms += (text.front() - '0') * scale;
    scale /= 10;
    text.remove_prefix(1);
    if (++digits > 9) return false;
  }
  return digits > 0;
}

/// Takes "Z", "+HH:MM" or nothing; the offset east of UTC in minutes.
bool TakeZone(std::string_view& text, int& offset_minutes) {
  offset_minutes = 0;
  if (text.empty() || TakeChar(text, 'Z')) return true;
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') return false;
  text.remove_prefix(1);
  int hours = 0, minutes = 0;
  if (!TakeNumber(text, 2, hours)) return false;
  TakeChar(text, ':');
  if (!TakeNumber(text, 2, minutes) || hours > 14 || minutes > 59) return false;
  offset_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

}  // namespace

std::optional<std::int64_t> EpochDay(int year, int month, int day) {
  // The calendar's types keep 8 bits of a month and a day: 257 would be taken for 1.
  if (year < -9999 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) return {};
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<StatedInstant> ParseInstant(std::string_view text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0, offset_minutes = 0;
  if (!TakeNumber(text, 4, year) || !TakeChar(text, '-') || !TakeNumber(text, 2, month) ||
      !TakeChar(text, '-') || !TakeNumber(text, 2, day)) {
    return {};
  }
  const auto epoch_day = EpochDay(year, month, day);
  if (!epoch_day) return {};
  if (text.empty()) return StatedInstant{{*epoch_day * kMsPerDay}, kMsPerDay};
  if (!TakeChar(text, 'T') && !TakeChar(text, ' ')) return {};
  if (!TakeNumber(text, 2, hour) || !TakeChar(text, ':') || !TakeNumber(text, 2, minute)) return {};
  std::int64_t precision_ms = kMsPerMinute;
  if (TakeChar(text, ':')) {
    if (!TakeNumber(text, 2, second)) return {};
    precision_ms = kMsPerSecond;
    if (TakeChar(text, '.')) {
      if (!TakeFraction(text, ms)) return {};
      precision_ms = 1;
    }
  }
  if (!TakeZone(text, offset_minutes) || !text.empty()) return {};
  if (hour > 23 || minute > 59 || second > 59) return {};
  const std::int64_t minutes = *epoch_day * 1440 + std::int64_t{hour} * 60 + minute - offset_minutes;
  return StatedInstant{{minutes * kMsPerMinute + second * kMsPerSecond + ms}, precision_ms};
}

std::string FormatEpochDay(std::int64_t epoch_day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{epoch_day}}};
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string FormatInstant(UtcMs at) {
  std::int64_t day = at.value / kMsPerDay;
  std::int64_t rest = at.value % kMsPerDay;
  if (rest < 0) {
    rest += kMsPerDay;
    --day;
  }
  const std::int64_t seconds = rest / kMsPerSecond;
  const std::int64_t ms = rest % kMsPerSecond;
  std::string text = FormatEpochDay(day);
  // Every play has one.
  fmt::format_to(std::back_inserter(text), FMT_COMPILE("T{:02}:{:02}:{:02}"), seconds / 3600,
                 seconds / 60 % 60, seconds % 60);
  if (ms != 0) fmt::format_to(std::back_inserter(text), FMT_COMPILE(".{:03}"), ms);
  text += 'Z';
  return text;
}

}  // namespace earprint::base
