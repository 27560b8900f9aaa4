#include "app/asker.hpp"

#include "app/listener_choice.hpp"
#include "base/embedded_file.hpp"
#include "metrics/zone_table.hpp"

namespace earprint::app {

std::string EnginePrelude() {
  for (const base::EmbeddedFile& file : base::sql_files()) {
    if (file.path == "prelude/duckdb.sql") return std::string(file.body);
  }
  return {};
}

base::Result<std::unique_ptr<Asker>> Asker::Make(Pipeline& pipeline, std::string default_tz) {
  auto catalogue = metrics::MetricCatalogue::Load(base::sql_files());
  if (!catalogue) return std::unexpected(catalogue.error());
  auto asker = std::unique_ptr<Asker>(new Asker(pipeline, std::move(*catalogue)));
  asker->answerer_ = std::make_unique<metrics::Answerer>(
      pipeline.engine(), asker->catalogue_, EnginePrelude(), [&pipeline] { return pipeline.DataVersion(); });
  asker->home_tz_ = default_tz == model::kLocalZone ? metrics::SystemZone() : default_tz;
  asker->default_tz_ = std::move(default_tz);
  pipeline.before_replaced = [answerer = asker->answerer_.get()] { answerer->Suspend(); };
  pipeline.after_replaced = [answerer = asker->answerer_.get()] { answerer->Resume(); };
  return asker;
}

Asker::~Asker() {
  pipeline_.before_replaced = nullptr;
  pipeline_.after_replaced = nullptr;
}

base::Result<std::string> Asker::ListenerOr(const std::string& named) {
  auto listeners = answerer_->Listeners();
  if (!listeners) return std::unexpected(listeners.error());
  return ChooseListener(*listeners, named);
}

base::Result<std::shared_ptr<const model::Answer>> Asker::Ask(const std::string& metric,
                                                              const std::string& listener,
                                                              std::span<const model::ConditionPair> pairs) {
  auto conditions = model::ParseConditions(pairs, default_tz_);
  if (!conditions) return std::unexpected(conditions.error());
  conditions->home_tz = home_tz_;
  auto chosen = ListenerOr(listener);
  if (!chosen) return std::unexpected(chosen.error());
  return answerer_->Ask({metric, *chosen, std::move(*conditions)});
}

}  // namespace earprint::app
