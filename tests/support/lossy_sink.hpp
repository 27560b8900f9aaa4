#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>

#include "ports/fact_sink.hpp"

namespace earprint::testing {

/// Keeps what it is given, as one batch; at times it says that it could not though it did, or did not. What
/// is random comes from its owner, who may draw from it too.
class LossySink final : public ports::FactSink {
 public:
  explicit LossySink(std::mt19937& random) : random_(random) {}
  base::Result<ports::TakenReport> Take(model::EventBatch batch, const std::string& kind,
                                        const std::string&) override {
    const auto luck = random_() % 12;
    if (luck != 0) Keep(batch, kind);
    if (luck <= 1) return base::Fail(base::ErrorCode::kRetryLater, "append", "the log", "the disk is full");
    return ports::TakenReport{batch.read, batch.events.size(), 0, batch.rejects.size()};
  }

  model::EventBatch all;                     ///< without the rejects
  std::size_t rejects = 0;                   ///< that came with the batches that were kept
  std::map<std::string, std::size_t> taken;  ///< events by their kind
  std::function<void(const std::string& kind)> on_taken;

 private:
  void Keep(const model::EventBatch& batch, const std::string& kind) {
    for (model::EventRef event : batch.events) {
      const auto begin = static_cast<std::uint32_t>(all.lines.size());
      all.lines.append(batch.lines, event.begin, event.size);
      event.begin = begin;
      all.events.push_back(event);
    }
    all.read = all.events.size();
    rejects += batch.rejects.size();
    taken[kind] += batch.events.size();
    if (on_taken) on_taken(kind);
  }

  std::mt19937& random_;
};

}  // namespace earprint::testing
