#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ports/query_engine.hpp"

namespace earprint::adapters {

struct DuckDbOptions {
  std::string path;             ///< the store's file; empty: in memory
  std::string temp_folder;      ///< where large work spills to; empty: beside the store
  std::string readable_folder;  ///< the only folder that SQL may read files from (the lake); empty: none
  std::uint64_t memory_max_bytes = 256ULL << 20;
  int threads = 0;  ///< 0: as many as cores
};

/// DuckDB, embedded. One engine per file and process: a second one would not see the first one's commits.
///
/// Errors: Open gives kConflict when another process holds the file, kCorrupt when it is no DuckDB file.
/// Effects: SQL cannot reach files outside `readable_folder` and the store's own folder, nor the network.
class DuckDbEngine final : public ports::QueryEngine {
 public:
  static base::Result<std::unique_ptr<DuckDbEngine>> Open(const DuckDbOptions& options);
  ~DuckDbEngine() override;
  DuckDbEngine(const DuckDbEngine&) = delete;
  DuckDbEngine& operator=(const DuckDbEngine&) = delete;

  base::Result<std::unique_ptr<ports::QuerySession>> Connect() override;

  /// Sets what it may hold in memory from now on. Less is not set where it cannot do with so little, or where
  /// statements run all the time: it waits two seconds for them.
  void SetMemoryMax(std::uint64_t bytes);

  /// Gives back what of the store it keeps in memory, to be read again when it is asked for. Does nothing
  /// while a statement runs.
  void ReleaseMemory();

 private:
  struct Handle;
  explicit DuckDbEngine(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace earprint::adapters
