#include "audit/asked/local_clock.hpp"

#include <algorithm>

#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {
constexpr std::int64_t kQuarterHourS = 900;
constexpr unsigned kMonthsOfQuarter = 3;

/// The first whole second that is not before an instant.
std::int64_t SecondAtOrAfter(std::int64_t at_ms) {
  return std::chrono::ceil<std::chrono::seconds>(std::chrono::milliseconds(at_ms)).count();
}
}  // namespace

base::Result<LocalClock> LocalClock::Of(const std::string& zone) {
  return Of(std::vector<ZoneStay>{{.zone = zone}});
}

base::Result<LocalClock> LocalClock::Of(const std::vector<ZoneStay>& stays) {
  LocalClock clock;
  for (const ZoneStay& stay : stays) {
    try {
      clock.parts_.push_back({stay.from_ms, date::locate_zone(stay.zone)});
    } catch (const std::exception& error) {
      return base::Fail(base::ErrorCode::kInvalidInput, "audit", "tz " + stay.zone, error.what());
    }
  }
  return clock;
}

std::int64_t LocalClock::OffsetMs(std::int64_t at_ms) {
  const std::int64_t at_s = at_ms / base::kMsPerSecond / kQuarterHourS * kQuarterHourS;
  if (at_s >= begin_s_ && at_s < end_s_) return offset_ms_;
  // A stay takes effect at the quarter-hour at or after its beginning.
  const auto next = std::ranges::find_if(parts_.begin() + 1, parts_.end(), [at_s](const Part& part) {
    return part.from_ms > at_s * base::kMsPerSecond;
  });
  const date::sys_info info = (next - 1)->zone->get_info(date::sys_seconds(std::chrono::seconds(at_s)));
  begin_s_ = info.begin.time_since_epoch().count();
  end_s_ = info.end.time_since_epoch().count();
  if (next - 1 != parts_.begin()) begin_s_ = std::max(begin_s_, SecondAtOrAfter((next - 1)->from_ms));
  if (next != parts_.end()) end_s_ = std::min(end_s_, SecondAtOrAfter(next->from_ms));
  return offset_ms_ = std::chrono::milliseconds(info.offset).count();
}

std::int64_t LocalClock::InstantIn(const date::time_zone& zone, std::int64_t local_ms) {
  const std::int64_t seconds = local_ms / base::kMsPerSecond;
  const date::local_info info = zone.get_info(date::local_seconds(std::chrono::seconds(seconds)));
  if (info.result == date::local_info::nonexistent)
    return info.first.end.time_since_epoch().count() * base::kMsPerSecond;
  return local_ms - std::chrono::milliseconds(info.first.offset).count();
}

base::Result<std::int64_t> LocalClock::InstantOf(std::string_view stated) const {
  const auto parsed = base::ParseInstant(stated);
  if (!parsed)
    return base::Fail(base::ErrorCode::kInvalidInput, "audit", std::string(stated), "it is no date");
  const std::string_view time = stated.substr(std::min<std::size_t>(stated.size(), 10));
  if (time.find_first_of("Z+-") != std::string_view::npos) return parsed->at.value;
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    const std::int64_t at_ms = InstantIn(*parts_[i].zone, parsed->at.value);
    // Where no stay has the time, the clock was put past it by the journey.
    if (at_ms < parts_[i + 1].from_ms) return std::max(at_ms, parts_[i].from_ms);
  }
  return std::max(InstantIn(*parts_.back().zone, parsed->at.value), parts_.back().from_ms);
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
