#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "metrics/zone_calendar.hpp"
#include "ports/query_engine.hpp"

namespace earprint::metrics {

/// A zone's table, and how SQL joins an instant with it, by equality. Without a name: UTC, which needs none.
struct ZoneTable {
  std::string name;
  /// One row a UTC day, day_no, with the offset at its beginning, and the instant from which a later one
  /// holds; else one row a quarter-hour: quarter, offset_ms.
  bool is_by_day = true;

  bool IsUtc() const { return name.empty(); }
  /// " join …" that puts z beside rows with a UTC day and a quarter-hour; nothing for UTC.
  std::string JoinSql(std::string_view day, std::string_view quarter) const;
  /// Milliseconds of local time: of an instant in rows that are joined so.
  std::string LocalSql(std::string_view ms) const;
};

/// Tables of a zone's offset from UTC, which SQL joins by equality, made from the system's IANA data.
///
/// Shape:  one table a zone, in memory, of the days that the plays need; by quarter-hour where a day has
///         several changes, as a traveller's may. Thread-safe.
/// Source: Howard Hinnant's date library over the system's zone files; docs/decisions/20261129_zone_days.md.
///         A change of offset that is not on a quarter-hour (a handful since 2006, e.g. Gaza 2011 at 22:01
///         UTC) takes effect at the next one.
class ZoneTables {
 public:
  /// Makes the table where it is missing. Errors: kInvalidInput no such zone; hint: near
  /// names.
  base::Result<ZoneTable> Ensure(ports::QuerySession& session, const std::string& zone,
                                 std::int64_t first_quarter, std::int64_t last_quarter);

  /// The same of zones one after the other, for a listener; made anew when they change.
  base::Result<ZoneTable> EnsureComposed(ports::QuerySession& session, const std::string& listener,
                                         std::span<const ZoneSpan> zones, std::int64_t first_quarter,
                                         std::int64_t last_quarter);

  /// To be called when the engine was replaced, and its memory with it.
  void Forget();

  /// Drops the tables, which the engine would keep as long as it lives.
  void Drop(ports::QuerySession& session);

 private:
  struct Made {
    ZoneTable table;
    std::int64_t first_quarter = 0, last_quarter = 0;
    std::vector<ZoneSpan> zones = {};

    bool Covers(std::int64_t first, std::int64_t last) const {
      return !table.IsUtc() && first_quarter <= first && last_quarter >= last;
    }
  };
  struct Stretch;
  base::Result<ZoneTable> Make(ports::QuerySession& session, const std::vector<Stretch>& stretches);
  static void AddOffsets(const std::string& zone, std::int64_t first_quarter, std::int64_t last_quarter,
                         std::vector<Stretch>& stretches);

  std::mutex mutex_;
  std::map<std::string, Made> made_, composed_;  ///< by zone; by listener
};

/// The instant at which a local date or time begins in a zone, milliseconds UTC. `stated` is what
/// base::ParseInstant reads; with a zone of its own ('Z') it is that instant. A local time that does not
/// exist (a clock put forward) is the instant of the change, one that exists twice the first. Errors: as
/// Ensure.
base::Result<std::int64_t> LocalToUtcMs(std::string_view stated, const std::string& zone);

/// Whether the system knows a zone. Errors: kInvalidInput, with near names as hint.
base::Result<void> CheckZone(const std::string& zone);

/// The system's own zone, "UTC" when it cannot be told.
std::string SystemZone();

}  // namespace earprint::metrics
