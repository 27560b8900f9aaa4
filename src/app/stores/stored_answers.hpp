#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/stores/store_backend.hpp"
#include "audit/figures/recounts.hpp"
#include "metrics/publishing/published_relations.hpp"
#include "ports/stores/answered_store.hpp"

namespace earprint::app {

/// What was published to a store, as an audit asks for it.
///
/// Shape:   under the default conditions the answers that the store holds, as they lie there; under others
///          what a server would answer that was started over it; as "rows.plays" and the like the rows that
///          people read there.
/// Errors:  kNotFound the store holds no answer where one should be · those of MetricStore.
/// Effects: loads slices as StoreAsker does. Thread-safe.
class StoredAnswers final : public ports::AnsweredStore {
 public:
  /// Connects when it is first asked. Errors: kInvalidInput no store's URL · those of StoreAsker.
  static base::Result<std::unique_ptr<StoredAnswers>> Make(const std::string& url,
                                                           const std::string& default_tz,
                                                           std::uint64_t memory_max_bytes);

  std::string Name() const override { return store_->Place(); }
  base::Result<std::vector<std::string>> Metrics() override;
  base::Result<std::optional<std::vector<std::string>>> Listeners() override;
  bool FollowsLake() const override { return false; }
  base::Result<std::shared_ptr<const model::Answer>> Ask(const model::Question& question) override;

 private:
  StoredAnswers(std::unique_ptr<ports::MetricStore> store, std::unique_ptr<StoreAsker> asker,
                std::vector<ports::StoredRelation> views, std::string default_tz);
  base::Result<std::shared_ptr<const model::Answer>> RowsOf(const model::Question& question,
                                                            const audit::RowView& view);

  std::mutex store_mutex_;
  std::unique_ptr<ports::MetricStore> store_;  // of its own: the asker's is used by the asker alone
  std::unique_ptr<StoreAsker> asker_;
  std::vector<ports::StoredRelation> views_;  ///< with the columns that the audit knows
  std::string default_tz_;
};

}  // namespace earprint::app
