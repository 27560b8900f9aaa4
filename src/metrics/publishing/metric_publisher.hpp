#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "metrics/metric_catalogue.hpp"
#include "metrics/publishing/published_relations.hpp"
#include "model/answer.hpp"
#include "ports/query_engine.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::metrics::publishing {

/// Names a question in a store: the same for the same metric and conditions, in every release.
std::string AnswerKey(const model::Question& question);

/// How far the publishing of one listener has come.
struct PublishProgress {
  std::string listener;
  std::size_t parts_done = 0, parts = 0;
  std::int64_t rows = 0;
};

/// What became of one listener.
struct PublishedReport {
  std::string listener, data_version;
  std::size_t parts = 0;       ///< that there are
  std::size_t parts_sent = 0;  ///< that the store did not have
  std::size_t parts_dropped = 0;
  std::size_t answers_sent = 0;
  std::int64_t rows_sent = 0;
  double seconds = 0;
};

/// Where a publisher takes everything from.
struct PublisherSources {
  ports::QueryEngine& engine;
  const MetricCatalogue& catalogue;
  std::span<const PublishedRelation> relations;
  std::string prelude;
  std::string default_tz;
  std::string scratch_folder;
};

/// Brings stores up to what the warehouse says, listener by listener: what they lack is sent, what is no more
/// is removed, what they have is left alone.
///
/// Shape:   of each listener the rows of `sql/published`, every metric under the default conditions, and the
///          slice from which a server answers every other question. The store shows the change at once, as a
///          whole.
/// Effects: may be killed anywhere and run again. What is loaded into the warehouse meanwhile is left for
///          the next time.
/// Errors:  the engine's and the store's · kRetryLater cancelled. Listeners before the failure are published.
class MetricPublisher {
 public:
  explicit MetricPublisher(PublisherSources sources) : sources_(std::move(sources)) {}

  std::function<void(const PublishProgress&)> on_progress;
  std::stop_token cancel;  ///< heeded around the copying of rows, and between two parts or answers

  base::Result<PublishedReport> Publish(const std::string& listener, ports::MetricStore& store);

 private:
  struct Plan;
  model::Question QuestionOf(const Metric& metric, const std::string& listener) const;
  bool AdoptAnswers(const ports::PartPrints& held, Plan& plan) const;
  base::Result<void> AddAnswers(Plan& plan);
  base::Result<void> GoOn() const;
  std::string RecipePrint(const ports::PartPrints& slice) const;
  base::Result<void> Send(Plan& plan, ports::MetricStore& store);

  PublisherSources sources_;
};

}  // namespace earprint::metrics::publishing
