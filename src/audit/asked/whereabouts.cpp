#include "audit/asked/whereabouts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/utc_time.hpp"
#include "model/country_zones.hpp"

namespace earprint::audit {

namespace {

std::string ZoneIn(std::string_view country, const std::string& home) {
  const auto zones = model::ZonesOf(country);
  if (zones.empty() || std::ranges::find(zones, home) != zones.end()) return home;
  std::string zone(zones.front());
  return LocalClock::Of(zone) ? zone : home;
}

/// The zone of each UTC day on which anything is told.
std::map<std::int64_t, std::string> ZonesByDay(const Truth& truth, const ListenerTruth& who,
                                               const std::string& home) {
  std::map<std::int64_t, std::map<std::string_view, std::int64_t>> counted;
  for (const Play& play : who.plays) {
    const std::string_view country = truth.lake.texts.Or(truth.CircumstancesOf(play).country);
    if (!country.empty() && country != "ZZ") ++counted[play.ended_at_ms / base::kMsPerDay][country];
  }
  std::map<std::int64_t, std::string> zones;
  for (const auto& [day, countries] : counted) {
    const auto most = std::ranges::max_element(countries, {}, [](const auto& each) { return each.second; });
    zones[day] = ZoneIn(most->first, home);  // the first in the alphabet of those that have most
  }
  return zones;
}

}  // namespace

std::vector<ZoneStay> StaysOf(const Truth& truth, const std::string& listener, const std::string& home) {
  std::map<std::int64_t, std::string> by_day;
  if (const auto who = truth.listeners.find(listener); who != truth.listeners.end())
    by_day = ZonesByDay(truth, who->second, home);
  std::vector<const EditEvent*> travels;
  const auto in_force = EditsInForce(truth.lake);
  for (std::size_t i = 0; i < truth.lake.edits.size(); ++i) {
    const EditEvent& edit = truth.lake.edits[i];
    const bool is_own = in_force[i] && truth.lake.texts.Or(edit.kind) == "travel" &&
                        truth.lake.texts.Or(edit.listener) == listener;
    if (is_own && edit.from_ms && edit.to_ms && *edit.from_ms < *edit.to_ms) travels.push_back(&edit);
  }
  std::ranges::sort(travels, std::greater(),
                    [](const EditEvent* edit) { return std::pair(edit->stated_at_ms, edit->id.identity); });
  std::set<std::int64_t> changes;
  for (const auto& [day, zone] : by_day) changes.insert(day * base::kMsPerDay);
  for (const EditEvent* travel : travels) changes.insert({*travel->from_ms, *travel->to_ms});
  std::vector<ZoneStay> stays = {{.zone = home}};
  for (const std::int64_t at_ms : changes) {
    const auto travel = std::ranges::find_if(
        travels, [at_ms](const EditEvent* each) { return *each->from_ms <= at_ms && at_ms < *each->to_ms; });
    std::string zone = home;
    if (travel != travels.end()) {
      zone = truth.lake.texts.Or((*travel)->zone);
    } else if (const auto after = by_day.upper_bound(at_ms / base::kMsPerDay); after != by_day.begin()) {
      zone = std::prev(after)->second;
    }
    if (zone != stays.back().zone) stays.push_back({at_ms, std::move(zone)});
  }
  return stays;
}

base::Result<LocalClock> ClockFor(const Truth& truth, const std::string& listener,
                                  const model::Conditions& conditions) {
  if (conditions.tz != model::kLocalZone) return LocalClock::Of(conditions.tz);
  return LocalClock::Of(StaysOf(truth, listener, conditions.home_tz));
}

}  // namespace earprint::audit
