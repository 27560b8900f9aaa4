#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "audit/figures/whole_numbers.hpp"
#include "model/feature_fact.hpp"

namespace earprint::audit {

/// How a feature is told in bins and distances. Source: docs/features.md, "Figures" and "Playlists".
struct FeatureScale {
  std::int64_t low_e3, width_e3, bins;
  std::int64_t spread_e6;  ///< its usual deviation; 0 where there is no distance
};

inline constexpr std::array<FeatureScale, model::kFeatureCount> kFeatureScales = {{
    {0, 50, 20, 150'000},
    {0, 50, 20, 180'000},
    {-60'000, 3'000, 20, 3'000'000},
    {0, 50, 20, 100'000},
    {0, 50, 20, 220'000},
    {0, 50, 20, 230'000},
    {0, 50, 20, 160'000},
    {0, 50, 20, 230'000},
    {40'000, 10'000, 20, 27'000'000},
    {0, 1'000, 12, 0},
    {0, 1'000, 2, 0},
    {0, 1'000, 8, 0},
}};

inline std::string_view FeatureName(std::size_t no) {
  return model::TraitOf(static_cast<model::Feature>(no)).name;
}
inline std::string_view FeatureUnit(std::size_t no) {
  return model::TraitOf(static_cast<model::Feature>(no)).unit;
}

/// The feature of a name; kFeatureCount where there is none.
inline std::size_t FeatureNumber(std::string_view name) {
  std::size_t no = 0;
  while (no < model::kFeatureCount && FeatureName(no) != name) ++no;
  return no;
}

/// A value in thousandths.
inline std::int64_t InThousandths(std::int64_t value_e6) { return Rounded(value_e6, 1'000); }

/// The bin of a value; one beyond the edges lies in the outermost.
inline std::int64_t BinOf(std::size_t no, std::int64_t value_e6) {
  const FeatureScale& scale = kFeatureScales[no];
  const std::int64_t above_e6 = value_e6 - scale.low_e3 * 1'000;
  return above_e6 < 0 ? 0 : std::min(scale.bins - 1, above_e6 / (scale.width_e3 * 1'000));
}

}  // namespace earprint::audit
