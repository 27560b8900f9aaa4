#pragma once

#include <memory>
#include <string>

#include "app/stores/cache_folder.hpp"
#include "base/error.hpp"
#include "metrics/metric_catalogue.hpp"
#include "metrics/publishing/slice_mirror.hpp"
#include "model/answer.hpp"
#include "ports/stores/metric_store.hpp"
#include "server/api.hpp"

namespace earprint::app {

/// Answers from a store, without a data folder. Thread-safe.
class StoreAsker {
 public:
  struct Options {
    std::string default_tz;
    std::uint64_t memory_max_bytes = 1ULL << 30;
    std::chrono::milliseconds looks_apart{1'000};
    /// How long somebody waits for what is new, who can be answered as of a moment ago.
    std::chrono::milliseconds wait_max{300};
  };

  /// Errors: those of the metrics' files · kRetryLater no folder for temporary files.
  static base::Result<std::unique_ptr<StoreAsker>> Make(std::unique_ptr<ports::MetricStore> store,
                                                        Options options);

  /// Asks with conditions as given by a person. An empty listener is the only one there is.
  base::Result<std::shared_ptr<const model::Answer>> Ask(const std::string& metric,
                                                         const std::string& listener,
                                                         std::span<const model::ConditionPair> pairs);

  /// What an HTTP server asks; valid while this lives.
  server::ApiBackend Backend();

  /// For /metrics: what is loaded, and whether the store is there.
  std::string FiguresText();

  metrics::publishing::SliceMirror& mirror() { return *mirror_; }
  /// Where the files of what is loaded lie.
  std::string SlicesFolder() const { return folder_->path() + "/slices"; }
  const metrics::MetricCatalogue& catalogue() const { return catalogue_; }

 private:
  StoreAsker(std::unique_ptr<ports::MetricStore> store, metrics::MetricCatalogue catalogue, Options options);
  base::Result<std::string> ListenerOr(const std::string& named);

  struct Meant {
    std::string listener;
    std::shared_ptr<metrics::publishing::LoadedSlice> slice;  // shared with the mirror, which may drop it
  };
  base::Result<Meant> Choose(const std::string& named);

  std::unique_ptr<ports::MetricStore> store_;
  metrics::MetricCatalogue catalogue_;
  Options options_;
  std::unique_ptr<CacheFolder> folder_;
  std::unique_ptr<metrics::publishing::SliceMirror> mirror_;  ///< last: it uses all of these
};

}  // namespace earprint::app
