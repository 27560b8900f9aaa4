#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "sources/demo/demo_listener.hpp"

namespace earprint::testing {

/// Writes to a folder what an invented listener might export who has listened from April 2019 to `last_day`.
inline void WriteExport(const std::string& folder, std::uint64_t seed, int plays, int last_day) {
  sources::DemoOptions demo;
  demo.seed = seed;
  demo.plays = plays;
  demo.first_day = 17'990;
  demo.last_day = last_day;
  demo.now = {std::int64_t{last_day + 1} * 86'400'000};
  ASSERT_TRUE(sources::WriteDemo(folder, demo));
}

}  // namespace earprint::testing
