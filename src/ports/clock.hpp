#pragma once

#include "base/utc_time.hpp"

namespace earprint::ports {

/// Tells the time, so that tests can set it.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual base::UtcMs Now() const = 0;
};

}  // namespace earprint::ports
