#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "metrics/answerer.hpp"
#include "metrics/metric_catalogue.hpp"
#include "ports/query_engine.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::metrics::publishing {

/// One listener's slice in an engine of its own, as of one data version.
struct LoadedSlice {
  LoadedSlice() = default;
  ~LoadedSlice();
  LoadedSlice(const LoadedSlice&) = delete;
  LoadedSlice& operator=(const LoadedSlice&) = delete;

  std::string data_version;
  std::string spill_folder;  ///< of this engine alone; gone with it
  std::unique_ptr<ports::QueryEngine> engine;
  std::unique_ptr<Answerer> answerer;           ///< over the engine
  std::atomic<std::uint64_t> engine_bytes = 0;  ///< that the engine holds while it does nothing

  /// What it takes of memory: the engine's rows, and the answers that are kept.
  std::uint64_t Bytes() const { return engine_bytes + answerer->KeptBytes(); }

  /// Looks anew what the engine holds: a question may leave tables behind. Errors: the engine's.
  base::Result<void> Measure();
};

/// Reads a listener's parts out of a store, and makes an engine of them.
///
/// Shape:   parts are kept as files, a folder for each listener, and read from the store once.
/// Errors:  kConflict the state was replaced meanwhile: look again · kCorrupt no state that this program can
///          read · `read`'s and the engine's.
/// Effects: files below the folder. Thread-safe for different listeners.
class SliceLoader {
 public:
  /// `spill_folder` is the engine's alone.
  using MakeEngine = std::function<base::Result<std::unique_ptr<ports::QueryEngine>>(
      const std::string& readable_folder, const std::string& spill_folder)>;
  using ReadBytes = std::function<base::Result<std::string>(
      const std::string& listener, const ports::PartName& name, const std::string& fingerprint)>;

  struct Options {
    std::string prelude;
    std::string cache_folder;  ///< of this process alone
    /// What an engine may take while it answers, beside the rows that it holds; more spills to disk.
    std::uint64_t work_max_bytes = 64ULL << 20;
  };

  SliceLoader(const MetricCatalogue& catalogue, MakeEngine make_engine, ReadBytes read, Options options)
      : catalogue_(catalogue),
        make_engine_(std::move(make_engine)),
        read_(std::move(read)),
        options_(std::move(options)) {}

  base::Result<std::shared_ptr<LoadedSlice>> Load(const ports::StoredListener& state);

  /// Removes a listener's files. Nobody may be loading the listener.
  void Remove(const std::string& listener);

 private:
  using Files = std::map<std::string, std::vector<std::string>>;  ///< of each table
  std::string FolderOf(const std::string& listener) const;
  base::Result<Files> Fetch(const ports::StoredListener& state, std::string& tables_sql);
  base::Result<std::string> FetchPart(const std::string& listener, const ports::PartName& name,
                                      const std::string& fingerprint, const std::string& folder);
  base::Result<void> Fill(LoadedSlice& slice, const std::string& tables_sql, const Files& files) const;

  const MetricCatalogue& catalogue_;
  MakeEngine make_engine_;
  ReadBytes read_;
  Options options_;
  std::atomic<std::uint64_t> engines_ = 0;  ///< that were made: each spills to a folder of its own
};

}  // namespace earprint::metrics::publishing
