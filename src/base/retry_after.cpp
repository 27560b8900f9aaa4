#include "base/retry_after.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "base/text.hpp"

namespace earprint::base {

namespace {

std::optional<int> NumberOf(std::string_view text) {
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = failed == std::errc() && end == text.data() + text.size() && number >= 0;
  return is_whole ? std::optional(number) : std::nullopt;
}

int MonthOf(std::string_view name) {
  constexpr std::array<std::string_view, 12> kNames = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::ranges::find(kNames, name);
  return found == kNames.end() ? 0 : static_cast<int>(found - kNames.begin()) + 1;
}

std::vector<std::string_view> WordsOf(std::string_view text) {
  constexpr std::string_view kBetween = " ,-:";
  std::vector<std::string_view> words;
  for (std::size_t from = text.find_first_not_of(kBetween); from != std::string_view::npos;) {
    const std::size_t to = std::min(text.find_first_of(kBetween, from), text.size());
    words.push_back(text.substr(from, to - from));
    from = text.find_first_not_of(kBetween, to);
  }
  return words;
}

/// Two digits of a year mean the latest that lies no more than 50 years ahead.
int FullYear(int year, UtcMs now) {
  if (year >= 100) return year;
  constexpr std::int64_t kDaysOfYear = 365;
  const int today = 1970 + static_cast<int>(now.value / kMsPerDay / kDaysOfYear);
  int full = today / 100 * 100 + year;
  if (full > today + 50) full -= 100;
  return full;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" or "Sun Nov  6 08:49:37 1994".
std::optional<UtcMs> ReadDate(std::string_view text, UtcMs now) {
  auto words = WordsOf(text);
  constexpr std::size_t kWords = 7;
  if (words.size() == kWords + 1 && words.back() == "GMT") {
    words.pop_back();
  } else if (words.size() == kWords && words.back() != "GMT") {
    // The oldest form: month, day, time, year.
    words = {words[0], words[2], words[1], words[6], words[3], words[4], words[5]};
  } else {
    return {};
  }
  const auto day = NumberOf(words[1]), year = NumberOf(words[3]), hour = NumberOf(words[4]),
             minute = NumberOf(words[5]), second = NumberOf(words[6]);
  if (!day || !year || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return {};
  const auto epoch_day = EpochDay(FullYear(*year, now), MonthOf(words[2]), *day);
  if (!epoch_day) return {};
  const std::int64_t of_day = (*hour * 60 + *minute) * kMsPerMinute + *second * kMsPerSecond;
  return UtcMs{*epoch_day * kMsPerDay + of_day};
}

}  // namespace

std::optional<UtcMs> ReadRetryAfter(std::string_view value, UtcMs now, std::int64_t wait_ms_max) {
  const std::string_view text = Trim(value);
  const UtcMs latest{now.value + wait_ms_max};
  std::int64_t seconds = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (end == text.data() + text.size() && failed == std::errc::result_out_of_range) {
    return text.front() == '-' ? std::nullopt : std::optional(latest);
  }
  if (end == text.data() + text.size() && failed == std::errc()) {
    if (seconds < 0) return {};
    return UtcMs{now.value + std::min(seconds, wait_ms_max / kMsPerSecond) * kMsPerSecond};
  }
  const auto at = ReadDate(text, now);
  return at ? std::optional(std::clamp(*at, now, latest)) : std::nullopt;
}

}  // namespace earprint::base
