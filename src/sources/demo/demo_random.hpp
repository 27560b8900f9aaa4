#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace earprint::sources {

/// Random numbers that are the same on every machine: xoshiro256** and distributions of our own, since those
/// of the standard library differ between its makers. Uses no function of the mathematics library either.
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018
class DemoRandom {
 public:
  /// Purposes draw from independent sequences, so that a change in one part leaves the others as they were.
  DemoRandom(std::uint64_t seed, std::string_view purpose);

  std::uint64_t Next() {
    const std::uint64_t result = Rotate(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = Rotate(state_[3], 45);
    return result;
  }

  /// Evenly in [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11U) * 0x1.0p-53; }

  /// Evenly in [0, bound); bound from 1 to 2^32.
  std::size_t Below(std::size_t bound) { return ((Next() >> 32U) * bound) >> 32U; }

  /// Evenly in [low, high], both included.
  std::int64_t Between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(Below(static_cast<std::size_t>(high - low + 1)));
  }

  bool Chance(double probability) { return Unit() < probability; }

  /// Mean 0, deviation 1, within ±6: the sum of twelve even numbers.
  double Normal();

  template <typename Range>
  auto& Pick(Range& range) {
    return range[Below(std::size(range))];
  }

 private:
  static std::uint64_t Rotate(std::uint64_t x, unsigned k) { return (x << k) | (x >> (64U - k)); }
  std::uint64_t state_[4];
};

/// Weights to draw from, all of them or a stretch of neighbours.
class DemoLots {
 public:
  DemoLots() = default;
  explicit DemoLots(std::span<const double> weights);

  bool HasWeight(std::size_t begin, std::size_t end) const { return sums_[end] > sums_[begin]; }
  std::size_t size() const { return sums_.empty() ? 0 : sums_.size() - 1; }

  std::size_t Draw(DemoRandom& random) const { return Draw(random, 0, size()); }

  /// Draws from [begin, end), which must not be empty.
  std::size_t Draw(DemoRandom& random, std::size_t begin, std::size_t end) const {
    const double at = sums_[begin] + random.Unit() * (sums_[end] - sums_[begin]);
    const auto first = sums_.begin() + static_cast<std::ptrdiff_t>(begin) + 1;
    const auto last = sums_.begin() + static_cast<std::ptrdiff_t>(end);
    return static_cast<std::size_t>(std::upper_bound(first, last, at) - sums_.begin()) - 1;
  }

 private:
  std::vector<double> sums_;  // sums_[i] = all weights before i
};

}  // namespace earprint::sources
