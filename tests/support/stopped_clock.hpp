#pragma once

#include <atomic>

#include "ports/clock.hpp"

namespace earprint::testing {

/// A clock that stands still until it is set.
class StoppedClock final : public ports::Clock {
 public:
  base::UtcMs Now() const override { return {now_ms}; }
  std::atomic<std::int64_t> now_ms = 1'795'400'000'000;  ///< 2026-11-23
};

}  // namespace earprint::testing
