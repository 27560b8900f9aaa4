#include "app/audit/warehouse_answers.hpp"

namespace earprint::app {

base::Result<std::vector<std::string>> WarehouseAnswers::Metrics() {
  std::vector<std::string> names;
  for (const metrics::Metric& metric : asker_.catalogue().all()) names.push_back(metric.name);
  return names;
}

base::Result<std::shared_ptr<const model::Answer>> WarehouseAnswers::Ask(const model::Question& question) {
  return asker_.answerer().AskOnce(question);
}

}  // namespace earprint::app
