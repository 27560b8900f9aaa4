#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace earprint::testing {

/// Ends a fuzz target when what must hold does not, and says what.
inline void Hold(bool holds, const std::string& what_must_hold) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what_must_hold.c_str());
  std::abort();
}

}  // namespace earprint::testing
