#include "sources/csv_cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.hpp"
#include "model/play_fact.hpp"

namespace earprint::sources {

namespace {

constexpr int kMantissaDigitsMax = 18;
constexpr int kExponentMax = 9'999;
constexpr std::int64_t kScaledMax = 900'000'000'000'000'000;
constexpr std::size_t kListItemsMax = 64;
constexpr std::int64_t kDurationMsMax = 7 * base::kMsPerDay;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// (-1)^is_negative * mantissa * 10^exponent.
struct Decimal {
  std::uint64_t mantissa = 0;
  int exponent = 0;
  bool is_negative = false;
};

/// Bytes of the thousands separator that a text begins with; 0 when it begins with none.
std::size_t SeparatorSize(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kSeparators = {",",      "'",      " ",
                                                                  "\u00A0", "\u202F", "\u2019"};
  for (const std::string_view separator : kSeparators) {
    if (text.starts_with(separator)) return separator.size();
  }
  return 0;
}

/// Takes digits off the front, with thousands separators where they stand before exactly three more; false
/// without any.
bool TakeWholeDigits(std::string_view& text, bool takes_separators, std::string& digits) {
  std::size_t group = 0, groups = 0;
  for (;;) {
    if (!text.empty() && IsDigit(text.front())) {
      digits += text.front();
      text.remove_prefix(1);
      ++group;
      continue;
    }
    if (groups > 0 && group != 3) return false;
    const std::size_t size = takes_separators ? SeparatorSize(text) : 0;
    if (size == 0 || group == 0 || group > 3) return group > 0;
    text.remove_prefix(size);
    group = 0;
    ++groups;
  }
}

bool TakeExponent(std::string_view& text, int& exponent) {
  if (text.empty() || (text.front() != 'e' && text.front() != 'E')) return true;
  text.remove_prefix(1);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty() || !IsDigit(text.front())) return false;
  int value = 0;
  while (!text.empty() && IsDigit(text.front())) {
    value = std::min(value * 10 + (text.front() - '0'), kExponentMax);
    text.remove_prefix(1);
  }
  exponent += is_negative ? -value : value;
  return true;
}

std::optional<Decimal> ParseDecimal(std::string_view cell, bool decimal_comma) {
  std::string_view text = base::Trim(cell);
  if (text.ends_with('%')) text = base::Trim(text.substr(0, text.size() - 1));
  Decimal decimal;
  decimal.is_negative = text.starts_with('-') || text.starts_with("\u2212");
  if (decimal.is_negative) text.remove_prefix(text.front() == '-' ? 1 : std::string_view("\u2212").size());
  if (!decimal.is_negative && text.starts_with('+')) text.remove_prefix(1);
  const bool comma_is_point =
      decimal_comma && std::ranges::count(text, ',') == 1 && text.find('.') == std::string_view::npos;
  const char point = comma_is_point ? ',' : '.';
  std::string digits;
  const bool has_whole = TakeWholeDigits(text, !comma_is_point, digits);
  if (!has_whole && !(digits.empty() && text.starts_with(point))) return {};
  if (text.starts_with(point)) {
    text.remove_prefix(1);
    const std::size_t whole = digits.size();
    while (!text.empty() && IsDigit(text.front())) {
      digits += text.front();
      text.remove_prefix(1);
    }
    decimal.exponent = -static_cast<int>(std::min<std::size_t>(digits.size() - whole, kExponentMax));
  }
  if (digits.empty() || digits.size() > kExponentMax || !TakeExponent(text, decimal.exponent) ||
      !text.empty())
    return {};
  int taken = 0;
  for (const char digit : digits) {
    if (taken == kMantissaDigitsMax) {
      ++decimal.exponent;  // digits beyond these decide nothing: halves are rounded away from zero
      continue;
    }
    decimal.mantissa = decimal.mantissa * 10 + static_cast<std::uint64_t>(digit - '0');
    taken += decimal.mantissa > 0;
  }
  return decimal;
}

std::optional<std::int64_t> Scale(const Decimal& decimal, int digits, bool may_round) {
  std::uint64_t value = decimal.mantissa;
  int exponent = decimal.exponent + digits;
  for (; exponent > 0 && value > 0; --exponent) {
    if (value > static_cast<std::uint64_t>(kScaledMax) / 10) return {};
    value *= 10;
  }
  bool rounds_up = false;
  for (; exponent < 0 && (value > 0 || rounds_up); ++exponent) {
    if (!may_round && value % 10 != 0) return {};
    rounds_up = value % 10 >= 5;
    value /= 10;
  }
  value += rounds_up ? 1 : 0;
  if (value > static_cast<std::uint64_t>(kScaledMax)) return {};
  return decimal.is_negative ? -static_cast<std::int64_t>(value) : static_cast<std::int64_t>(value);
}

/// Artists whose name holds a comma and a blank. Not complete: a name that is missing here is taken for two
/// artists in files that join artists that way.
constexpr auto kNamesWithComma = std::to_array<std::string_view>({
    "Tyler, The Creator",
    "Earth, Wind & Fire",
    "Crosby, Stills & Nash",
    "Crosby, Stills, Nash & Young",
    "Peter, Paul and Mary",
    "Peter, Paul & Mary",
    "Emerson, Lake & Palmer",
    "Blood, Sweat & Tears",
    "Dave Dee, Dozy, Beaky, Mick & Tich",
    "Hamilton, Joe Frank & Reynolds",
    "Now, Now",
    "Oh, Sleeper",
});

/// Bytes of the first name in a text that joins names by ", ".
std::size_t FirstNameSize(std::string_view text) {
  std::size_t size = 0;
  for (const std::string_view name : kNamesWithComma) {
    const bool ends =
        text.size() == name.size() || text.substr(std::min(name.size(), text.size())).starts_with(", ");
    if (ends && name.size() > size && text.starts_with(name)) size = name.size();
  }
  if (size == 0) size = std::min(text.find(", "), text.size());
  for (const std::string_view suffix : {", Jr.", ", Sr."}) {
    if (text.substr(size).starts_with(suffix)) size += suffix.size();
  }
  return size;
}

class ItemList {
 public:
  void Add(std::string_view item) {
    item = base::Trim(item);
    if (!item.empty() && items_.size() < kListItemsMax) items_.emplace_back(item);
  }
  std::vector<std::string> Take() && { return std::move(items_); }

 private:
  std::vector<std::string> items_;
};

/// Whether a cell is a list of quoted texts; "[ALEXANDROS]" is a band.
bool IsListLiteral(std::string_view cell) {
  if (cell.size() < 2 || !cell.starts_with('[') || !cell.ends_with(']')) return false;
  const std::string_view inside = base::Trim(cell.substr(1, cell.size() - 2));
  return inside.empty() || inside.front() == '\'' || inside.front() == '"';
}

/// "['A', \"B's\"]": a list as Python or JSON writes it.
std::vector<std::string> ParseListLiteral(std::string_view inside) {
  ItemList items;
  std::string item;
  char quote = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const char c = inside[i];
    if (quote == 0 && (c == '\'' || c == '"') && base::Trim(item).empty()) {
      quote = c;
      item.clear();
    } else if (quote != 0 && c == '\\' && i + 1 < inside.size()) {
      item += inside[++i];
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (quote == 0 && c == ',') {
      items.Add(std::exchange(item, {}));
    } else {
      item += c;
    }
  }
  items.Add(item);
  return std::move(items).Take();
}

}  // namespace

bool IsMissing(std::string_view cell) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"", "na", "n/a", "nan", "null", "none", "-", "--", "#n/a", "?"});
  if (cell.size() > 4) return false;
  return std::ranges::find(kWords, base::AsciiLower(cell)) != kWords.end();
}

bool IsMissingName(std::string_view cell) {
  static constexpr auto kWords =
      std::to_array<std::string_view>({"", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL"});
  return std::ranges::find(kWords, cell) != kWords.end();
}

std::optional<std::int64_t> ParseScaled(std::string_view cell, int digits, bool decimal_comma) {
  const auto decimal = ParseDecimal(cell, decimal_comma);
  return decimal ? Scale(*decimal, digits, true) : std::nullopt;
}

std::optional<std::int64_t> ParseWhole(std::string_view cell) {
  const auto decimal = ParseDecimal(cell, false);
  return decimal ? Scale(*decimal, 0, false) : std::nullopt;
}

std::optional<bool> ParseFlag(std::string_view cell) {
  static constexpr auto kYes = std::to_array<std::string_view>({"true", "1", "yes", "t", "y", "1.0"});
  static constexpr auto kNo = std::to_array<std::string_view>({"false", "0", "no", "f", "n", "0.0"});
  if (cell.size() > 5) return {};
  const std::string lower = base::AsciiLower(cell);
  if (std::ranges::find(kYes, lower) != kYes.end()) return true;
  if (std::ranges::find(kNo, lower) != kNo.end()) return false;
  return {};
}

std::vector<std::string> ParseList(std::string_view cell, bool comma_joins) {
  cell = base::Trim(cell);
  if (IsListLiteral(cell)) {
    return ParseListLiteral(cell.substr(1, cell.size() - 2));
  }
  ItemList items;
  if (cell.find(';') != std::string_view::npos) {
    for (const std::string_view part : base::Split(cell, ';')) items.Add(part);
    return std::move(items).Take();
  }
  while (comma_joins && cell.find(", ") != std::string_view::npos) {
    const std::size_t size = FirstNameSize(cell);
    items.Add(cell.substr(0, size));
    cell.remove_prefix(std::min(size + 2, cell.size()));
  }
  items.Add(cell);
  return std::move(items).Take();
}

std::optional<std::int64_t> ParseKey(std::string_view cell) {
  if (const auto number = ParseWhole(cell)) return *number >= 0 && *number <= 11 ? number : std::nullopt;
  cell = base::Trim(cell);
  if (cell.empty()) return {};
  static constexpr std::string_view kTones = "C D EF G A B";
  const char letter = base::AsciiLower(cell.substr(0, 1)).front();
  const std::size_t tone = kTones.find(static_cast<char>(letter - 'a' + 'A'));
  if (letter < 'a' || letter > 'g' || tone == std::string_view::npos) return {};
  std::string_view rest = cell.substr(1);
  std::size_t shift = 0;
  for (const auto& [sign, by] :
       {std::pair<std::string_view, std::size_t>{"#", 1}, {"♯", 1}, {"b", 11}, {"♭", 11}}) {
    if (!rest.starts_with(sign)) continue;
    shift = by;
    rest.remove_prefix(sign.size());
    break;
  }
  if (!rest.empty() && !rest.starts_with('/') && !rest.starts_with(' ')) return {};
  return static_cast<std::int64_t>((tone + shift) % 12);
}

std::optional<std::int64_t> ParseMode(std::string_view cell) {
  const std::string lower = base::AsciiLower(base::Trim(cell));
  if (lower == "major" || lower == "maj") return 1;
  if (lower == "minor" || lower == "min") return 0;
  const auto number = ParseWhole(cell);
  return number && (*number == 0 || *number == 1) ? number : std::nullopt;
}

std::string ParseReleaseDate(std::string_view cell, bool month_first) {
  cell = base::Trim(cell);
  if (cell.ends_with(".0")) cell.remove_suffix(2);  // a year that went through a table of decimals
  if (cell.size() > 10) cell = cell.substr(0, cell.find_first_of("T "));
  const std::size_t separator = cell.find_first_of("-/.");
  std::vector<int> parts;
  bool year_is_first = true;
  for (const std::string_view part :
       base::Split(cell, separator == std::string_view::npos ? '-' : cell[separator])) {
    if (part.empty() || part.size() > 4 || !std::ranges::all_of(part, IsDigit) || parts.size() == 3)
      return {};
    if (parts.empty()) year_is_first = part.size() == 4;
    int number = 0;
    for (const char digit : part) number = number * 10 + (digit - '0');
    parts.push_back(number);
  }
  if (!year_is_first) {
    std::ranges::reverse(parts);
    if (parts.size() == 3 && (month_first || parts[1] > 12)) std::swap(parts[1], parts[2]);
  }
  if (parts[0] < 1000 || parts[0] > 2200) return {};
  std::string date = fmt::format("{:04}", parts[0]);
  if (parts.size() < 2 || parts[1] < 1 || parts[1] > 12) return date;
  date += fmt::format("-{:02}", parts[1]);
  if (parts.size() == 3 && base::EpochDay(parts[0], parts[1], parts[2]))
    date += fmt::format("-{:02}", parts[2]);
  return date;
}

std::string_view TrackIdIn(std::string_view cell) {
  const std::string_view id = model::ItemId(cell, "track");
  return id.empty() ? model::ItemId(cell, "tracks") : id;
}

std::optional<base::StatedInstant> ParseEnded(std::string_view cell) {
  constexpr std::size_t kSecondsDigits = 10, kMsDigits = 13;  // of every instant from 2001 to 2286
  cell = base::Trim(cell);
  if (cell.ends_with(" UTC")) cell.remove_suffix(4);
  if (std::ranges::all_of(cell, IsDigit) && (cell.size() == kSecondsDigits || cell.size() == kMsDigits)) {
    const std::int64_t number = ParseWhole(cell).value_or(0);
    if (cell.size() == kMsDigits) return base::StatedInstant{{number}, 1};
    return base::StatedInstant{{number * base::kMsPerSecond}, base::kMsPerSecond};
  }
  const auto ended = base::ParseInstant(cell);
  return ended && ended->precision_ms < base::kMsPerDay ? ended : std::nullopt;
}

std::optional<std::int64_t> ParseDuration(std::string_view cell, DurationUnit unit, bool decimal_comma) {
  std::optional<std::int64_t> ms;
  if (cell.find(':') != std::string_view::npos) {
    const auto parts = base::Split(base::Trim(cell), ':');
    std::int64_t seconds = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const auto number = ParseWhole(parts[i]);
      if (parts.size() > 3 || !number || *number < 0 || *number > 10'000 || (i > 0 && *number > 59))
        return {};
      seconds = (seconds + *number) * 60;
    }
    const auto last = ParseScaled(parts.back(), 3, false);
    if (!last || *last < 0 || *last >= base::kMsPerMinute) return {};
    ms = seconds * base::kMsPerSecond + *last;
  } else {
    ms = ParseScaled(cell, unit == DurationUnit::kMilliseconds ? 0 : 3, decimal_comma);
    if (ms && *ms <= kDurationMsMax && unit == DurationUnit::kMinutes) *ms *= 60;
  }
  return ms && *ms > 0 && *ms <= kDurationMsMax ? ms : std::nullopt;
}

}  // namespace earprint::sources
