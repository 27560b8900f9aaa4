#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "model/event_batch.hpp"

namespace earprint::ports {

/// What became of a batch: read = accepted + duplicate + rejected.
struct TakenReport {
  std::uint64_t read = 0, accepted = 0, duplicate = 0, rejected = 0;
};

/// Takes facts as they are learned: durably onto the log, each once, and into the figures.
class FactSink {
 public:
  virtual ~FactSink() = default;

  /// `kind` names where they come from, for what is rejected: "recently played". When this returns, a crash
  /// loses nothing of the batch; so a watermark may move then, and not before. Thread-safe. Errors:
  /// kRetryLater the disk; nothing is known of the batch then, and it may be given again.
  virtual base::Result<TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                         const std::string& listener) = 0;
};

}  // namespace earprint::ports
