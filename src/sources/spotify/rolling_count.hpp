#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>

#include "base/utc_time.hpp"

namespace earprint::sources::spotify {

/// Counts what happened within a rolling window, without keeping every instant: in slots, each counted until
/// the last thing that may lie in it has left the window. It never counts too little, and at most a slot's
/// length too long.
///
/// Shape:   a clock that was set back makes what lies ahead of it count as if it were now.
class RollingCount {
 public:
  RollingCount(std::int64_t window_ms, std::int64_t slot_ms) : window_ms_(window_ms), slot_ms_(slot_ms) {}

  void Add(base::UtcMs now);
  std::int64_t Count(base::UtcMs now);

  /// The first instant, now or later, at which no more than `most` are counted, if nothing is added until
  /// then.
  base::UtcMs WhenAtMost(std::int64_t most, base::UtcMs now);

  /// As JSON and back: [slot's begin, count, the next one's begin, count, …]. What is no such list counts
  /// nothing.
  boost::json::array ToJson() const;
  void FromJson(const boost::json::value* slots);

 private:
  void Settle(base::UtcMs now);
  std::int64_t SlotOf(base::UtcMs at) const { return at.value - at.value % slot_ms_; }

  std::int64_t window_ms_;
  std::int64_t slot_ms_;
  std::map<std::int64_t, std::int64_t> slots_;  ///< begin to count
  std::int64_t total_ = 0;
};

}  // namespace earprint::sources::spotify
