#pragma once

#include <cmath>
#include <cstdint>

namespace earprint::audit {

__extension__ using Int128 = __int128;

/// a / b, halves away from zero. b is above 0.
inline std::int64_t Rounded(Int128 a, Int128 b) {
  return static_cast<std::int64_t>((a * 2 + (a < 0 ? -b : b)) / (b * 2));
}

/// A computed number in whole steps of 1 / scale, halves up.
inline std::int64_t Quantised(double number, double scale) {
  return static_cast<std::int64_t>(std::floor(number * scale + 0.5));
}

}  // namespace earprint::audit
