#pragma once

#include <cstdint>

namespace earprint::base {

/// While one lives, what is freed goes back to the system at once, in all threads. Elsewhere the allocator
/// keeps up to tens of MB for each thread, which is faster, and what a large piece of work has left there
/// stays.
class FrugalMemory {
 public:
  FrugalMemory();
  ~FrugalMemory();
  FrugalMemory(const FrugalMemory&) = delete;
  FrugalMemory& operator=(const FrugalMemory&) = delete;
};

/// What this process can have: the machine's memory, or its container's where that has less.
std::uint64_t ProcessMemoryMaxBytes();

/// Gives back what lies freed between pieces that are in use.
void ReturnFreedMemory();

/// Gives back the program's own code and constants; the system brings them again, page by page, as they are
/// used. For a program that has done something large and is going to idle.
void ReturnProgramPages();

}  // namespace earprint::base
