#include "audit/figures/local_clock.hpp"

#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {
constexpr std::int64_t kQuarterHourS = 900;
constexpr unsigned kMonthsOfQuarter = 3;
}  // namespace

base::Result<LocalClock> LocalClock::Of(const std::string& zone) {
  try {
    return LocalClock(date::locate_zone(zone));
  } catch (const std::exception& error) {
    return base::Fail(base::ErrorCode::kInvalidInput, "audit", "tz " + zone, error.what());
  }
}

std::int64_t LocalClock::OffsetMs(std::int64_t at_ms) {
  const std::int64_t at_s = at_ms / base::kMsPerSecond / kQuarterHourS * kQuarterHourS;
  if (at_s < begin_s_ || at_s >= end_s_) {
    const date::sys_info info = zone_->get_info(date::sys_seconds(std::chrono::seconds(at_s)));
    begin_s_ = info.begin.time_since_epoch().count();
    end_s_ = info.end.time_since_epoch().count();
    offset_ms_ = std::chrono::milliseconds(info.offset).count();
  }
  return offset_ms_;
}

base::Result<std::int64_t> LocalClock::InstantOf(std::string_view stated) const {
  const auto parsed = base::ParseInstant(stated);
  if (!parsed)
    return base::Fail(base::ErrorCode::kInvalidInput, "audit", std::string(stated), "it is no date");
  const std::string_view time = stated.substr(std::min<std::size_t>(stated.size(), 10));
  if (time.find_first_of("Z+-") != std::string_view::npos) return parsed->at.value;
  const std::int64_t seconds = parsed->at.value / base::kMsPerSecond;
  const date::local_info info = zone_->get_info(date::local_seconds(std::chrono::seconds(seconds)));
  if (info.result == date::local_info::nonexistent)
    return info.first.end.time_since_epoch().count() * base::kMsPerSecond;
  return parsed->at.value - std::chrono::milliseconds(info.first.offset).count();
}

std::int64_t PeriodOf(std::int64_t day, std::string_view grain) {
  if (grain == "day") return day;
  const date::sys_days at{date::days(day)};
  if (grain == "week") return day - (date::weekday(at).iso_encoding() - 1);
  const date::year_month_day date(at);
  unsigned month = static_cast<unsigned>(date.month());
  if (grain == "quarter") month = (month - 1) / kMonthsOfQuarter * kMonthsOfQuarter + 1;
  if (grain == "year") month = 1;
  return date::sys_days(date.year() / date::month(month) / 1).time_since_epoch().count();
}

std::int64_t PeriodAfter(std::int64_t period, std::string_view grain) {
  constexpr std::int64_t kWeek = 7, kBeyondMonth = 32, kBeyondQuarter = 95, kBeyondYear = 370;
  if (grain == "day") return period + 1;
  if (grain == "week") return period + kWeek;
  const std::int64_t beyond = grain == "month"     ? kBeyondMonth
                              : grain == "quarter" ? kBeyondQuarter
                                                   : kBeyondYear;
  return PeriodOf(period + beyond, grain);
}

}  // namespace earprint::audit
