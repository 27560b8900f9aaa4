#pragma once

#include "ports/randomness.hpp"

namespace earprint::testing {

/// Gives the same bytes in every run, and others each time.
class SeededRandom final : public ports::Randomness {
 public:
  void Fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) {
      state_ = state_ * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      byte = static_cast<std::uint8_t>(state_ >> 56);
    }
  }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace earprint::testing
