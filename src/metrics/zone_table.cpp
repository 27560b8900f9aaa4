#include "metrics/zone_table.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>

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

/// The statement that makes a table of the stretches that AddOffsets wrote.
std::string TableSql(const std::string& table, const std::string& stretches) {
  return fmt::format(
      "create table {}(quarter integer, offset_ms bigint); insert into {} select cast(unnest(range(first, "
      "past)) as "
      "integer), offset_ms from (values {}) as s(first, past, offset_ms)",
      table, table, stretches);
}

std::int64_t QuarterAtOrAfter(std::int64_t ms) {
  constexpr std::int64_t kMsPerQuarter = kSecondsPerQuarter * 1'000;
  return ms >= 0 ? (ms + kMsPerQuarter - 1) / kMsPerQuarter : ms / kMsPerQuarter;
}

/// Appends the stretches of one offset in a zone from one quarter-hour to another, both inclusive.
void AddOffsets(const date::time_zone& zone, std::int64_t first_quarter, std::int64_t last_quarter,
                std::string& stretches) {
  for (std::int64_t at = first_quarter; at <= last_quarter;) {
    const auto info = zone.get_info(date::sys_seconds(std::chrono::seconds(at * kSecondsPerQuarter)));
    const std::int64_t end_s = info.end.time_since_epoch().count();
    const std::int64_t end =
        std::min(last_quarter + 1, (end_s + kSecondsPerQuarter - 1) / kSecondsPerQuarter);
    const std::int64_t past = std::max(end, at + 1);
    stretches += fmt::format("{}({}, {}, {})", stretches.empty() ? "" : ", ", at, past,
                             std::chrono::milliseconds(info.offset).count());
    at = past;
  }
}

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

void ZoneTables::Forget() {
  const std::lock_guard lock(mutex_);
  made_.clear();
  composed_.clear();
}

base::Result<std::string> ZoneTables::Ensure(ports::QuerySession& session, const std::string& zone,
                                             std::int64_t first_quarter, std::int64_t last_quarter) {
  auto located = Locate(zone);
  if (!located) return std::unexpected(located.error());
  const std::lock_guard lock(mutex_);
  auto& made = made_[zone];
  if (made.Covers(first_quarter, last_quarter)) return made.table;
  const std::string table = fmt::format("zones.z{}", next_no_++);
  std::string stretches;
  AddOffsets(**located, first_quarter, last_quarter, stretches);
  if (auto ran = session.Query(TableSql(table, stretches)); !ran)
    return std::unexpected(std::move(ran.error()).Within("make a zone's table"));
  made = {table, first_quarter, last_quarter};
  return table;
}

base::Result<std::string> ZoneTables::EnsureComposed(ports::QuerySession& session,
                                                     const std::string& listener,
                                                     std::span<const ZoneSpan> zones,
                                                     std::int64_t first_quarter, std::int64_t last_quarter) {
  const std::lock_guard lock(mutex_);
  auto& made = composed_[listener];
  if (made.Covers(first_quarter, last_quarter) && std::ranges::equal(made.zones, zones)) return made.table;
  const std::string table = fmt::format("zones.z{}", next_no_++);
  std::string stretches;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    auto located = Locate(zones[i].zone);
    if (!located) return std::unexpected(located.error());
    const std::int64_t begin = i == 0 ? first_quarter : QuarterAtOrAfter(zones[i].from_ms);
    const std::int64_t end = i + 1 < zones.size() ? QuarterAtOrAfter(zones[i + 1].from_ms) - 1 : last_quarter;
    AddOffsets(**located, std::max(begin, first_quarter), std::min(end, last_quarter), stretches);
  }
  if (auto ran = session.Query(TableSql(table, stretches)); !ran)
    return std::unexpected(std::move(ran.error()).Within("make a listener's zone table"));
  // The old one stays until the engine ends: another session may be reading it.
  made = {table, first_quarter, last_quarter, {zones.begin(), zones.end()}};
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
