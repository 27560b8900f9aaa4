#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
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
  std::string data_version;
  std::unique_ptr<ports::QueryEngine> engine;
  std::unique_ptr<Answerer> answerer;  ///< over the engine
  std::uint64_t memory_bytes = 0;
};

struct SliceMirrorOptions {
  std::string prelude;
  std::string cache_folder;  ///< of this process alone
  std::uint64_t memory_max_bytes = 1ULL << 30;
  std::chrono::milliseconds looks_apart{1'000};  ///< how long a version counts as current
};

/// Slices of a store's listeners, loaded when somebody first asks, kept current, and dropped when they are
/// too much.
///
/// Shape:   the least recently used go first; one stays, however large. Of a new version only the parts that
/// changed are
///          read from the store. While the store cannot be reached, what is loaded goes on answering as of
///          its version.
/// Effects: files in the cache folder. Thread-safe; who asks for a listener waits while it is loaded, nobody
/// else. Errors:  kNotFound the store does not hold the listener · the store's · the engine's.
class SliceMirror {
 public:
  using MakeEngine =
      std::function<base::Result<std::unique_ptr<ports::QueryEngine>>(const std::string& readable_folder)>;

  SliceMirror(ports::MetricStore& store, const MetricCatalogue& catalogue, MakeEngine make_engine,
              SliceMirrorOptions options);
  ~SliceMirror();
  SliceMirror(const SliceMirror&) = delete;
  SliceMirror& operator=(const SliceMirror&) = delete;

  // Shared: a slice that is replaced or dropped lives on until whoever asks it has an answer.
  base::Result<std::shared_ptr<LoadedSlice>> Of(const std::string& listener);

  /// Everyone in the store, as of at most looks_apart ago.
  base::Result<std::vector<std::string>> Listeners();

  /// Changes whenever anybody's data version does.
  base::Result<std::string> Version();

  /// How many slices are loaded, and what they take.
  struct Load {
    std::size_t slices = 0;
    std::uint64_t bytes = 0;
  };
  Load Loaded();

 private:
  using Instant = std::chrono::steady_clock::time_point;
  struct Seat {
    std::mutex mutex;  ///< held while the slice is looked at or loaded
    std::shared_ptr<LoadedSlice> slice;
    Instant looked_at{};
    std::uint64_t used_no = 0;
  };

  std::shared_ptr<Seat> SeatOf(const std::string& listener);
  base::Result<std::shared_ptr<LoadedSlice>> Refresh(const std::string& listener, Seat& seat);
  base::Result<std::shared_ptr<LoadedSlice>> LoadState(const ports::StoredListener& state);
  using Files = std::map<std::string, std::vector<std::string>>;  ///< of each table
  base::Result<Files> Fetch(const ports::StoredListener& state, std::string& tables_sql);
  base::Result<std::string> FetchPart(const std::string& listener, const ports::PartName& name,
                                      const std::string& fingerprint, const std::string& folder);
  void DropBeyondBound(const std::string& but);
  base::Result<std::vector<ports::StoredListener>> Look();

  ports::MetricStore& store_;
  const MetricCatalogue& catalogue_;
  MakeEngine make_engine_;
  SliceMirrorOptions options_;
  std::mutex store_mutex_;
  std::mutex seats_mutex_;
  // Shared: a seat that is dropped lives on while somebody sits there.
  std::map<std::string, std::shared_ptr<Seat>> seats_;
  std::uint64_t uses_ = 0;
  std::mutex look_mutex_;
  std::vector<ports::StoredListener> seen_;
  Instant seen_at_{};
};

}  // namespace earprint::metrics::publishing
