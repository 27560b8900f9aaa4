#pragma once

#include <cstdint>
#include <span>

namespace earprint::ports {

/// Gives random bytes that no one can foretell, so that tests can.
class Randomness {
 public:
  virtual ~Randomness() = default;
  virtual void Fill(std::span<std::uint8_t> bytes) = 0;
};

}  // namespace earprint::ports
