#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/embedded_file.hpp"
#include "base/error.hpp"
#include "model/answer.hpp"

namespace earprint::metrics {

/// A metric's definition: its header as data, its body as SQL.
struct Metric {
  std::string name, question, order, params, body;
  std::vector<model::AnswerColumn> columns;
};

/// Every metric, by name.
class MetricCatalogue {
 public:
  /// Reads the files of `sql/metrics`. Errors: kCorrupt a header is malformed; a fault of the build.
  static base::Result<MetricCatalogue> Load(std::span<const base::EmbeddedFile> files);

  /// Errors: kNotFound no such metric; hint: the nearest names.
  base::Result<const Metric*> Find(const std::string& name) const;
  const std::vector<Metric>& all() const { return metrics_; }

 private:
  std::vector<Metric> metrics_;
};

}  // namespace earprint::metrics
