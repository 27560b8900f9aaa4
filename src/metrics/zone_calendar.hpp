#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ports/query_engine.hpp"

namespace earprint::metrics {

/// From when on a zone holds, until the next span begins.
struct ZoneSpan {
  std::int64_t from_ms = 0;
  std::string zone;
  bool operator==(const ZoneSpan&) const = default;
};

/// The country in which most of a listener's plays of a UTC day were.
struct CountryDay {
  std::int64_t day = 0;
  std::string country;
};

/// Where the listener said to have been.
struct Travel {
  std::int64_t from_ms = 0, to_ms = 0;
  std::string zone;
};

/// Puts the zones in which a listener was in order: at home before anything is known; on a day with plays in
/// the country where most of them were, on others where the day before was; and where a travel says so,
/// there.
///
/// Shape: `days` ascending, `travels` as stated, later ones over earlier ones. Of a country's zones it is the
///        home zone where that is one of them, else that of most people. The first span begins at the
///        beginning of time; neighbours differ.
std::vector<ZoneSpan> ComposeZones(std::span<const CountryDay> days, std::span<const Travel> travels,
                                   const std::string& home);

/// The same from the warehouse. Errors: the engine's.
base::Result<std::vector<ZoneSpan>> ReadZones(ports::QuerySession& session, const std::string& listener,
                                              const std::string& home);

/// The instant at which a local date or time begins where the listener was then, milliseconds UTC. Where it
/// comes twice, since the listener flew west, the first; where it is left out, the instant of the change.
/// Errors: as LocalToUtcMs of one zone.
base::Result<std::int64_t> LocalToUtcMs(std::string_view stated, std::span<const ZoneSpan> zones);

}  // namespace earprint::metrics
