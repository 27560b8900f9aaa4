#pragma once

#include <cstdio>
#include <cstdlib>

namespace earprint::base {

/// Says which of our own invariants is broken and ends the program.
[[noreturn]] inline void FailInvariant(const char* file, int line, const char* what_must_hold) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what_must_hold);
  std::abort();
}

}  // namespace earprint::base

/// Ends the program when one of our own invariants is broken. Never reachable from outside data.
#define ENSURE(condition, what_must_hold)                                                  \
  do {                                                                                     \
    if (!(condition)) ::earprint::base::FailInvariant(__FILE__, __LINE__, what_must_hold); \
  } while (false)
