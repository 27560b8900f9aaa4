#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the program when one of our own invariants is broken. Never reachable from outside data.
#define ENSURE(condition, what_must_hold)                                                        \
  do {                                                                                           \
    if (!(condition)) {                                                                          \
      std::fprintf(stderr, "%s:%d: broken invariant: %s\n", __FILE__, __LINE__, what_must_hold); \
      std::abort();                                                                              \
    }                                                                                            \
  } while (false)
