#pragma once

#include "ports/clock.hpp"

namespace earprint::testing {

/// 2026-11-23, for ever.
class FixedClock final : public ports::Clock {
 public:
  base::UtcMs Now() const override { return {1'795'400'000'000}; }
};

}  // namespace earprint::testing
