#include "metrics/zone_calendar.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/utc_time.hpp"
#include "metrics/selection_sql.hpp"
#include "metrics/zone_table.hpp"
#include "model/country_zones.hpp"

namespace earprint::metrics {

namespace {

constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::string ZoneIn(const std::string& country, const std::string& home) {
  const auto zones = model::ZonesOf(country);
  if (zones.empty() || std::ranges::find(zones, home) != zones.end()) return home;
  const std::string zone(zones.front());
  return CheckZone(zone) ? zone : home;
}

/// Where one is at an instant.
const std::string& ZoneAt(std::span<const ZoneSpan> zones, std::int64_t at_ms) {
  const auto after = std::ranges::upper_bound(zones, at_ms, {}, &ZoneSpan::from_ms);
  return (after - 1)->zone;
}

/// Lays a travel over what is known.
std::vector<ZoneSpan> With(const std::vector<ZoneSpan>& zones, const Travel& travel) {
  const std::string after = ZoneAt(zones, travel.to_ms);
  std::vector<ZoneSpan> laid;
  for (const ZoneSpan& span : zones) {
    if (span.from_ms < travel.from_ms) laid.push_back(span);
  }
  laid.push_back({travel.from_ms, travel.zone});
  laid.push_back({travel.to_ms, after});
  for (const ZoneSpan& span : zones) {
    if (span.from_ms > travel.to_ms) laid.push_back(span);
  }
  return laid;
}

}  // namespace

std::vector<ZoneSpan> ComposeZones(std::span<const CountryDay> days, std::span<const Travel> travels,
                                   const std::string& home) {
  std::vector<ZoneSpan> zones = {{kAlways, home}};
  for (const CountryDay& day : days) zones.push_back({day.day * base::kMsPerDay, ZoneIn(day.country, home)});
  for (const Travel& travel : travels) {
    if (travel.from_ms < travel.to_ms) zones = With(zones, travel);
  }
  const auto same = std::ranges::unique(zones, {}, &ZoneSpan::zone);
  zones.erase(same.begin(), same.end());
  return zones;
}

base::Result<std::vector<ZoneSpan>> ReadZones(ports::QuerySession& session, const std::string& listener,
                                              const std::string& home) {
  auto days = session.Query("select ended_day, country from silver_day_country where listener_key = f_id(" +
                            SqlText(listener) + ") order by ended_day");
  if (!days) return std::unexpected(days.error());
  auto travels = session.Query(
      "select from_ms, to_ms, zone from silver_edit where kind = 'travel' and is_in_force and listener = " +
      SqlText(listener) + " order by stated_at_ms, identity");
  if (!travels) return std::unexpected(travels.error());
  std::vector<CountryDay> told;
  for (const auto& row : days->rows)
    told.push_back({std::get<std::int64_t>(row[0]), std::get<std::string>(row[1])});
  std::vector<Travel> stated;
  for (const auto& row : travels->rows) {
    stated.push_back(
        {std::get<std::int64_t>(row[0]), std::get<std::int64_t>(row[1]), std::get<std::string>(row[2])});
  }
  return ComposeZones(told, stated, home);
}

base::Result<std::int64_t> LocalToUtcMs(std::string_view stated, std::span<const ZoneSpan> zones) {
  for (std::size_t i = 0; i < zones.size(); ++i) {
    auto at = LocalToUtcMs(stated, zones[i].zone);
    if (!at) return at;
    const std::int64_t end_ms = i + 1 < zones.size() ? zones[i + 1].from_ms : kNever;
    // A time that no span has lies where one zone had not come to it yet and the next is past it.
    if (*at < end_ms) return std::max(*at, zones[i].from_ms);
  }
  return LocalToUtcMs(stated, zones.back().zone);
}

}  // namespace earprint::metrics
