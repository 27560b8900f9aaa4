#pragma once

#include <memory>
#include <string>

#include "app/pipeline.hpp"
#include "metrics/answerer.hpp"
#include "metrics/metric_catalogue.hpp"

namespace earprint::app {

/// The metrics over a pipeline: catalogue and answerer, and the defaults of listener and zone.
///
/// Effects: while it lives it holds the pipeline's hooks on a replaced warehouse, and waits there.
class Asker {
 public:
  ~Asker();
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;
  static base::Result<std::unique_ptr<Asker>> Make(Pipeline& pipeline, std::string default_tz);

  /// Asks with conditions as given by a person. An empty listener is the only one there is.
  /// Errors: kNotFound metric or listener · kInvalidInput conditions, or several listeners and none named.
  base::Result<std::shared_ptr<const model::Answer>> Ask(const std::string& metric,
                                                         const std::string& listener,
                                                         std::span<const model::ConditionPair> pairs);

  base::Result<std::string> ListenerOr(const std::string& named);
  const metrics::MetricCatalogue& catalogue() const { return catalogue_; }
  metrics::Answerer& answerer() { return *answerer_; }
  /// Where the listener is at home: the default zone, the system's where that is "local".
  const std::string& home_zone() const { return home_tz_; }

 private:
  Asker(Pipeline& pipeline, metrics::MetricCatalogue catalogue)
      : pipeline_(pipeline), catalogue_(std::move(catalogue)) {}

  Pipeline& pipeline_;
  metrics::MetricCatalogue catalogue_;
  std::unique_ptr<metrics::Answerer> answerer_;
  std::string default_tz_, home_tz_;
};

/// The embedded function library of the engine.
std::string EnginePrelude();

}  // namespace earprint::app
