#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "base/utc_time.hpp"

namespace earprint::fakes {

/// Time that a test sets and advances, or that runs `speed` times as fast as the real one.
///
/// Effects: safe from any thread.
class FakeClock {
 public:
  explicit FakeClock(base::UtcMs now, double speed = 0) : base_(now), speed_(speed) {}

  base::UtcMs Now() const;

  /// Jumps to an instant; may go backwards, as clocks of servers do.
  void Set(base::UtcMs now);
  void Advance(std::int64_t by_ms);

  /// 0 stands still, 1 is real time, 60 lets an hour pass in a minute. Goes on from where it is.
  void SetSpeed(double speed);
  double speed() const;

 private:
  using Real = std::chrono::steady_clock;
  base::UtcMs NowLocked() const;

  mutable std::mutex mutex_;
  base::UtcMs base_;
  Real::time_point since_ = Real::now();
  double speed_;
};

}  // namespace earprint::fakes
