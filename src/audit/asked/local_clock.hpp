#pragma once

#include <date/tz.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace earprint::audit {

/// From when on somebody is in a zone.
struct ZoneStay {
  std::int64_t from_ms = INT64_MIN;
  std::string zone;
};

/// Local time of one zone, or of several one after the other, from the system's IANA data by Howard Hinnant's
/// date library.
///
/// Source: docs/sources.md, "Time": a change of offset that is not on a quarter-hour takes effect at the
///         next.
class LocalClock {
 public:
  /// Errors: kInvalidInput there is no such zone.
  static base::Result<LocalClock> Of(const std::string& zone);
  /// Of stays in order, the first from the beginning of time.
  static base::Result<LocalClock> Of(const std::vector<ZoneStay>& stays);

  /// Milliseconds east of UTC at an instant. Quick where instants come in order.
  std::int64_t OffsetMs(std::int64_t at_ms);

  /// The instant at which a local date or time begins, or the instant itself where the text tells its zone.
  /// Of a time that the clock skips, the instant of the change; of one that comes twice, the first. Errors:
  /// kInvalidInput it is no date.
  base::Result<std::int64_t> InstantOf(std::string_view stated) const;

 private:
  struct Part {
    std::int64_t from_ms = INT64_MIN;
    const date::time_zone* zone = nullptr;
  };
  static std::int64_t InstantIn(const date::time_zone& zone, std::int64_t local_ms);

  std::vector<Part> parts_;
  std::int64_t begin_s_ = 0, end_s_ = 0;  ///< the offset that is kept holds from one to before the other
  std::int64_t offset_ms_ = 0;
};

/// The first day of the period ("day", "week", "month", "quarter", "year") that a day lies in, and of the one
/// after. Days since 1970-01-01; weeks begin on Mondays.
std::int64_t PeriodOf(std::int64_t day, std::string_view grain);
std::int64_t PeriodAfter(std::int64_t period, std::string_view grain);

}  // namespace earprint::audit
