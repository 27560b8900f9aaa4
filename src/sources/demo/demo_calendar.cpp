#include "sources/demo/demo_calendar.hpp"

#include <algorithm>
#include <chrono>

namespace earprint::sources {

namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kDayBegins = 5 * 3'600;
constexpr std::int64_t kTripOffset = 9 * 3'600;
constexpr std::int64_t kTripDays = 21, kNightOwlDays = 70, kBingeDays = 7;
// A life shorter than this has no room for a trip, a phase and a binge.
constexpr std::size_t kShortestEventfulLife = 200;
constexpr double kTripAt = 0.62, kNightOwlAt = 0.36, kBingeAt = 0.47;

struct Civil {
  int year;
  unsigned month, day;
};

Civil CivilOf(std::int64_t epoch_day) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{epoch_day}}};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

/// 0 = Monday.
std::int64_t WeekdayOf(std::int64_t epoch_day) { return (epoch_day + 3) % 7; }

/// Central European time: an hour more from the last Sunday of March to that of October.
std::int64_t HomeOffset(std::int64_t epoch_day, const Civil& date) {
  const auto last_sunday = [epoch_day, &date](std::int64_t month_days) {
    const std::int64_t last = epoch_day - date.day + month_days;
    return last - (WeekdayOf(last) + 1) % 7;
  };
  bool is_summer = date.month > 3 && date.month < 10;
  if (date.month == 3) is_summer = epoch_day >= last_sunday(31);
  if (date.month == 10) is_summer = epoch_day < last_sunday(31);
  return is_summer ? 7'200 : 3'600;
}

double SeasonWeight(const Civil& date) {
  static constexpr std::array<double, 12> kMonths = {1.12, 1.08, 1.03, 0.98, 0.92, 0.90,
                                                     0.80, 0.74, 1.00, 1.08, 1.18, 1.14};
  return kMonths[date.month - 1];
}

double HolidayShare(const Civil& date) {
  if (date.month != 12 || date.day > 26) return 0;
  return 0.08 + 0.018 * static_cast<double>(date.day);
}

bool IsWithin(std::size_t index, double at, std::int64_t length, std::size_t days) {
  if (days < kShortestEventfulLife) return false;
  const auto begin = static_cast<std::size_t>(at * static_cast<double>(days));
  return index >= begin && index < begin + static_cast<std::size_t>(length);
}

double Weight(const DemoDay& day, const Civil& date, DemoRandom& random) {
  static constexpr std::array<double, 7> kWeekdays = {0.95, 1.00, 1.02, 1.05, 1.16, 1.08, 0.84};
  const double swing = std::max(0.15, 1.0 + 0.38 * random.Normal());
  const bool is_silent = random.Chance(0.05);
  double weight = SeasonWeight(date) * kWeekdays[static_cast<std::size_t>(WeekdayOf(day.day))] * swing;
  weight *= 0.75 + 0.5 * day.progress;
  if (day.is_binge) return weight * 3.2;
  if (day.is_trip) weight *= 0.85;
  if (day.is_night_owl) weight *= 1.25;
  return is_silent ? 0 : weight;
}

}  // namespace

DemoCalendar::DemoCalendar(const DemoOptions& options) {
  DemoRandom random(options.seed, "calendar");
  const std::int64_t now_s = options.now.value / base::kMsPerSecond;
  const auto count =
      static_cast<std::size_t>(std::max<std::int64_t>(0, options.last_day - options.first_day + 1));
  // The pandemic's spring: days at home without a way to work.
  constexpr std::int64_t kHomeOfficeFirst = 18'337, kHomeOfficeLast = 18'779;  // 2020-03-16 to 2021-06-01
  for (std::size_t i = 0; i < count; ++i) {
    DemoDay day;
    day.day = options.first_day + static_cast<std::int64_t>(i);
    const Civil date = CivilOf(day.day);
    day.progress = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0;
    day.is_weekend = WeekdayOf(day.day) >= 5;
    day.is_trip = IsWithin(i, kTripAt, kTripDays, count);
    day.is_binge = IsWithin(i, kBingeAt, kBingeDays, count);
    day.is_night_owl = IsWithin(i, kNightOwlAt, kNightOwlDays, count);
    day.is_home_office = day.day >= kHomeOfficeFirst && day.day <= kHomeOfficeLast;
    day.holiday = HolidayShare(date);
    if (date.month == 8 && date.day >= 3 && date.day <= 14)
      day.country = 1;  // the yearly fortnight by the sea
    if (day.is_trip) day.country = 2;
    day.begin_s =
        day.day * kDaySeconds + kDayBegins - (day.is_trip ? kTripOffset : HomeOffset(day.day, date));
    day.weight = Weight(day, date, random);
    // The day on which it is written down is not over yet.
    const auto so_far = static_cast<double>(now_s - day.begin_s) / static_cast<double>(kDaySeconds);
    day.weight *= std::clamp(so_far, 0.0, 1.0);
    days_.push_back(day);
  }
  double sum = 0, all = 0;
  for (const DemoDay& day : days_) all += day.weight;
  for (const DemoDay& day : days_) {
    sum += day.weight;
    const double share = all > 0 ? sum / all : 1;
    plays_until_.push_back(static_cast<std::size_t>(share * static_cast<double>(options.plays) + 0.5));
  }
  if (!plays_until_.empty()) plays_until_.back() = options.plays;
}

const DemoLots& DemoCalendar::HoursOf(const DemoDay& day) {
  using Hours = std::array<double, 24>;  // from 5 o'clock on
  // clang-format off
  //                                  5    6    7    8    9   10   11   12   13   14   15   16   17   18   19   20   21   22   23   0    1    2    3    4
  static constexpr Hours kWeekday = {0.3, 1.8, 7.0, 7.5, 3.2, 2.4, 2.2, 2.6, 2.4, 2.2, 2.4, 3.6, 7.4, 7.8, 4.6, 4.8, 5.2, 4.2, 2.0, 0.7, 0.2, 0.1, 0.0, 0.0};
  static constexpr Hours kHome =    {0.1, 0.4, 1.6, 3.4, 5.0, 5.0, 4.6, 3.4, 3.8, 4.4, 4.4, 4.0, 3.8, 4.2, 4.4, 5.0, 5.4, 4.4, 2.2, 0.9, 0.3, 0.1, 0.0, 0.0};
  static constexpr Hours kWeekend = {0.1, 0.2, 0.6, 1.8, 3.8, 5.4, 5.6, 4.8, 4.2, 4.2, 4.4, 4.6, 4.8, 5.0, 5.0, 5.4, 5.8, 5.6, 4.2, 2.6, 1.4, 0.6, 0.2, 0.0};
  static constexpr Hours kOwl =     {0.0, 0.1, 0.4, 0.8, 1.2, 1.6, 1.8, 2.0, 2.0, 2.0, 2.0, 2.2, 2.6, 3.0, 3.4, 4.0, 5.0, 7.0, 8.6, 9.0, 8.2, 6.2, 3.0, 0.8};
  // clang-format on
  static const DemoLots kWeekdayLots{kWeekday}, kHomeLots{kHome}, kWeekendLots{kWeekend}, kOwlLots{kOwl};
  if (day.is_night_owl) return kOwlLots;
  if (day.is_weekend || day.is_trip) return kWeekendLots;
  return day.is_home_office ? kHomeLots : kWeekdayLots;
}

}  // namespace earprint::sources
