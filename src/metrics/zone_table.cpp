#include "metrics/zone_table.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::metrics {

namespace {

constexpr std::int64_t kSecondsPerQuarter = 900;

base::Result<const date::time_zone*> Locate(const std::string& zone) {
  try {
    return date::locate_zone(zone);
  } catch (const std::exception&) {
    std::string near;
    const std::string wanted = base::AsciiLower(zone);
    for (const auto& known : date::get_tzdb().zones) {
      const std::string name = base::AsciiLower(known.name());
      const std::string_view city = base::BaseName(name);
      if (wanted.empty() ||
          (name.find(wanted) == std::string::npos && wanted.find(city) == std::string::npos))
        continue;
      near += (near.empty() ? "" : ", ") + known.name();
      if (near.size() > 100) break;
    }
    return base::Fail(base::ErrorCode::kInvalidInput, "read condition", "tz",
                      "there is no zone '" + zone.substr(0, 60) + "'",
                      near.empty() ? "a name of the IANA data such as Europe/Paris" : near);
  }
}

std::int64_t QuarterAtOrAfter(std::int64_t ms) {
  constexpr std::int64_t kMsPerQuarter = kSecondsPerQuarter * 1'000;
  return ms >= 0 ? (ms + kMsPerQuarter - 1) / kMsPerQuarter : ms / kMsPerQuarter;
}

constexpr std::int64_t kQuartersOfDay = 96, kMsOfQuarter = kSecondsPerQuarter * 1'000;

std::int64_t WholeDay(std::int64_t quarter) { return quarter / kQuartersOfDay * kQuartersOfDay; }

}  // namespace

base::Result<void> CheckZone(const std::string& zone) {
  auto located = Locate(zone);
  if (!located) return std::unexpected(located.error());
  return {};
}

std::string SystemZone() {
  try {
    const std::string name = date::current_zone()->name();
    return name == "Etc/UTC" ? "UTC" : name;
  } catch (const std::exception&) {
    return "UTC";
  }
}

/// Quarter-hours of one offset, the last one excluded.
struct ZoneTables::Stretch {
  std::int64_t first = 0, past = 0, offset_ms = 0;
};

namespace {

/// A UTC day: the offset at its beginning, and the one from an instant in it on.
struct ZoneDay {
  std::int64_t day_no, offset_ms, change_ms, later_offset_ms;
};

/// Every day that stretches without a hole between them reach, or nothing where one has several changes.
template <typename Stretches>
std::vector<ZoneDay> DaysOf(const Stretches& stretches) {
  std::vector<ZoneDay> days;
  for (const auto& [first, past, offset_ms] : stretches) {
    std::int64_t day = first / kQuartersOfDay;
    if (!days.empty() && days.back().day_no == day) {  // it begins within a day
      ZoneDay& begun = days.back();
      if (begun.change_ms != INT64_MAX) return {};
      begun.change_ms = first * kMsOfQuarter;
      begun.later_offset_ms = offset_ms;
      ++day;
    }
    for (; day * kQuartersOfDay < past; ++day) days.push_back({day, offset_ms, INT64_MAX, offset_ms});
  }
  return days;
}

}  // namespace

std::string ZoneTable::JoinSql(std::string_view day, std::string_view quarter) const {
  if (IsUtc()) return "";
  return fmt::format(" join {} z on z.{} = {}", name, is_by_day ? "day_no" : "quarter",
                     is_by_day ? day : quarter);
}

std::string ZoneTable::LocalSql(std::string_view ms) const {
  if (IsUtc()) return std::string(ms);
  if (!is_by_day) return fmt::format("({} + z.offset_ms)", ms);
  return fmt::format("({0} + case when {0} >= z.change_ms then z.later_offset_ms else z.offset_ms end)", ms);
}

base::Result<ZoneTable> ZoneTables::Make(ports::QuerySession& session,
                                         const std::vector<Stretch>& stretches) {
  static std::atomic<int> next_no = 0;  // of all: one engine may answer more than one asker
  ZoneTable table{fmt::format("zones.z{}", next_no++), true};
  const std::vector<ZoneDay> days = DaysOf(stretches);
  table.is_by_day = !days.empty();
  std::string rows;
  for (const ZoneDay& day : days) {
    rows += fmt::format("{}({}, {}, {}, {})", rows.empty() ? "" : ", ", day.day_no, day.offset_ms,
                        day.change_ms, day.later_offset_ms);
  }
  if (days.empty()) {
    for (const Stretch& each : stretches)
      rows += fmt::format("{}({}, {}, {})", rows.empty() ? "" : ", ", each.first, each.past, each.offset_ms);
  }
  const std::string sql =
      table.is_by_day
          ? fmt::format(
                "create table {0}(day_no integer, offset_ms bigint, change_ms bigint, later_offset_ms "
                "bigint); insert into {0} values {1}",
                table.name, rows)
          : fmt::format(
                "create table {0}(quarter integer, offset_ms bigint); insert into {0} select "
                "cast(unnest(range(first, past)) as integer), offset_ms from (values {1}) as s(first, "
                "past, offset_ms)",
                table.name, rows);
  if (auto ran = session.Query(sql); !ran)
    return std::unexpected(std::move(ran.error()).Within("make a zone's table"));
  return table;
}

/// Appends the stretches of one offset in a zone that there is, from one quarter-hour to another, both
/// inclusive.
void ZoneTables::AddOffsets(const std::string& name, std::int64_t first_quarter, std::int64_t last_quarter,
                            std::vector<Stretch>& stretches) {
  const date::time_zone& zone = *date::locate_zone(name);
  for (std::int64_t at = first_quarter; at <= last_quarter;) {
    const auto info = zone.get_info(date::sys_seconds(std::chrono::seconds(at * kSecondsPerQuarter)));
    const std::int64_t end_s = info.end.time_since_epoch().count();
    const std::int64_t end =
        std::min(last_quarter + 1, (end_s + kSecondsPerQuarter - 1) / kSecondsPerQuarter);
    const std::int64_t past = std::max(end, at + 1);
    stretches.push_back({at, past, std::chrono::milliseconds(info.offset).count()});
    at = past;
  }
}

void ZoneTables::Forget() {
  const std::lock_guard lock(mutex_);
  made_.clear();
  composed_.clear();
}

void ZoneTables::Drop(ports::QuerySession& session) {
  const std::lock_guard lock(mutex_);
  for (const auto* const tables : {&made_, &composed_}) {
    for (const auto& [name, made] : *tables) {
      if (!made.table.IsUtc()) (void)session.Query("drop table if exists " + made.table.name);
    }
  }
  made_.clear();
  composed_.clear();
}

base::Result<ZoneTable> ZoneTables::Ensure(ports::QuerySession& session, const std::string& zone,
                                           std::int64_t first_quarter, std::int64_t last_quarter) {
  if (auto known = CheckZone(zone); !known) return std::unexpected(known.error());
  const std::lock_guard lock(mutex_);
  auto& made = made_[zone];
  if (made.Covers(first_quarter, last_quarter)) return made.table;
  std::vector<Stretch> stretches;
  AddOffsets(zone, WholeDay(first_quarter), last_quarter, stretches);
  auto table = Make(session, stretches);
  if (table) made = {*table, first_quarter, last_quarter};
  return table;
}

base::Result<ZoneTable> ZoneTables::EnsureComposed(ports::QuerySession& session, const std::string& listener,
                                                   std::span<const ZoneSpan> zones,
                                                   std::int64_t first_quarter, std::int64_t last_quarter) {
  const std::lock_guard lock(mutex_);
  auto& made = composed_[listener];
  if (made.Covers(first_quarter, last_quarter) && std::ranges::equal(made.zones, zones)) return made.table;
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (auto known = CheckZone(zones[i].zone); !known) return std::unexpected(known.error());
    const std::int64_t first = WholeDay(first_quarter);
    const std::int64_t begin = i == 0 ? first : QuarterAtOrAfter(zones[i].from_ms);
    const std::int64_t end = i + 1 < zones.size() ? QuarterAtOrAfter(zones[i + 1].from_ms) - 1 : last_quarter;
    AddOffsets(zones[i].zone, std::max(begin, first), std::min(end, last_quarter), stretches);
  }
  auto table = Make(session, stretches);
  // The old one stays until the engine ends: another session may be reading it.
  if (table) made = {*table, first_quarter, last_quarter, {zones.begin(), zones.end()}};
  return table;
}

base::Result<std::int64_t> LocalToUtcMs(std::string_view stated, const std::string& zone) {
  const auto parsed = base::ParseInstant(stated);
  if (!parsed)
    return base::Fail(base::ErrorCode::kInvalidInput, "read condition", std::string(stated), "it is no date");
  const bool has_zone = stated.size() > 10 && stated.find_first_of("Z+", 10) != std::string_view::npos;
  const bool has_minus = stated.size() > 11 && stated.find('-', 11) != std::string_view::npos;
  if (has_zone || has_minus) return parsed->at.value;
  auto located = Locate(zone);
  if (!located) return std::unexpected(located.error());
  const date::local_time<std::chrono::milliseconds> local{std::chrono::milliseconds(parsed->at.value)};
  const auto info = (*located)->get_info(date::floor<std::chrono::seconds>(local));
  if (info.result == date::local_info::nonexistent) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(info.first.end.time_since_epoch()).count();
  }
  return parsed->at.value - std::chrono::milliseconds(info.first.offset).count();
}

}  // namespace earprint::metrics
