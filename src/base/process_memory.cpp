#include "base/process_memory.hpp"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fstream>

namespace earprint::base {

namespace {

// What the allocator's own rule ends at once large pieces were freed.
constexpr int kKeptMax = 64 << 20, kMappedFrom = 32 << 20;
constexpr int kFrugalKeptMax = 1 << 20, kFrugalMappedFrom = 4 << 20;

std::atomic<int> frugal_ones = 0;

int DropReadOnly(dl_phdr_info* object, std::size_t, void*) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto& part = object->dlpi_phdr[i];
    // Only what no one has written to: it is still in the file as it is here.
    if (part.p_type != PT_LOAD || (part.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object->dlpi_addr + part.p_vaddr + page - 1) / page * page;
    const std::uintptr_t end = (object->dlpi_addr + part.p_vaddr + part.p_memsz) / page * page;
    if (begin < end) (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 1;  // the first object is the program
}

}  // namespace

FrugalMemory::FrugalMemory() {
  if (++frugal_ones > 1) return;
  ::mallopt(M_TRIM_THRESHOLD, kFrugalKeptMax);
  ::mallopt(M_MMAP_THRESHOLD, kFrugalMappedFrom);
}

FrugalMemory::~FrugalMemory() {
  if (--frugal_ones > 0) return;
  ::mallopt(M_TRIM_THRESHOLD, kKeptMax);
  ::mallopt(M_MMAP_THRESHOLD, kMappedFrom);
}

std::uint64_t ProcessMemoryMaxBytes() {
  const auto machine_bytes = static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PHYS_PAGES))) *
                             static_cast<std::uint64_t>(std::max(0L, ::sysconf(_SC_PAGESIZE)));
  std::uint64_t container_bytes = 0;  // "max", which is no number, where the container has no bound
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> container_bytes && container_bytes > 0)
    return std::min(machine_bytes, container_bytes);
  return machine_bytes;
}

void ReturnFreedMemory() { ::malloc_trim(0); }

void ReturnProgramPages() { ::dl_iterate_phdr(DropReadOnly, nullptr); }

}  // namespace earprint::base
