#include "metrics/metric_catalogue.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "model/sql_file.hpp"

namespace earprint::metrics {

namespace {

using base::ErrorCode;

/// "share | decimal(4) | share | meaning" of a header.
base::Result<model::AnswerColumn> ParseColumn(const std::string& path, std::string_view line) {
  const auto parts = base::Split(line, '|');
  if (parts.size() != 4 || base::Trim(parts[0]).empty())
    return base::Fail(ErrorCode::kCorrupt, "read a metric's header", path,
                      "column line '" + std::string(line) + "'");
  model::AnswerColumn column;
  column.name = base::Trim(parts[0]);
  column.unit = base::Trim(parts[2]);
  column.meaning = base::Trim(parts[3]);
  const std::string_view type = base::Trim(parts[1]);
  if (type == "integer") {
    column.type = model::ColumnType::kInteger;
  } else if (type == "text") {
    column.type = model::ColumnType::kText;
  } else if (type == "date") {
    column.type = model::ColumnType::kDate;
  } else if (type == "instant") {
    column.type = model::ColumnType::kInstant;
  } else if (type.starts_with("decimal(") && type.size() == 10 && type[8] >= '1' && type[8] <= '9' &&
             type.ends_with(')')) {
    column.type = model::ColumnType::kDecimal;
    column.decimals = type[8] - '0';
  } else {
    return base::Fail(ErrorCode::kCorrupt, "read a metric's header", path,
                      "type '" + std::string(type) + "'");
  }
  return column;
}

/// Edits that turn one name into another, for "did you mean".
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

base::Result<MetricCatalogue> MetricCatalogue::Load(std::span<const base::EmbeddedFile> files) {
  MetricCatalogue catalogue;
  for (const base::EmbeddedFile& embedded : files) {
    if (!embedded.path.starts_with("metrics/")) continue;
    auto file = model::ParseSqlFile(embedded.path, embedded.body);
    if (!file) return std::unexpected(file.error());
    Metric metric{file->name,
                  std::string(file->Field("question")),
                  std::string(file->Field("order")),
                  std::string(file->Field("params")),
                  file->body,
                  {}};
    for (const std::string_view line : base::Split(file->Field("columns"), '\n')) {
      auto column = ParseColumn(file->path, line);
      if (!column) return std::unexpected(column.error());
      metric.columns.push_back(std::move(*column));
    }
    catalogue.metrics_.push_back(std::move(metric));
  }
  std::ranges::sort(catalogue.metrics_, {}, &Metric::name);
  return catalogue;
}

base::Result<const Metric*> MetricCatalogue::Find(const std::string& name) const {
  const auto found = std::ranges::find(metrics_, name, &Metric::name);
  if (found != metrics_.end()) return &*found;
  std::vector<std::string> near;
  for (const Metric& metric : metrics_) near.push_back(metric.name);
  const std::string wanted = name.substr(0, 60);
  std::ranges::sort(near, {}, [&wanted](const std::string& other) { return Distance(wanted, other); });
  std::string hint = "earprint metrics lists them";
  for (std::size_t i = 0; i < near.size() && i < 3; ++i) hint += (i == 0 ? "; nearest: " : ", ") + near[i];
  return base::Fail(ErrorCode::kNotFound, "find metric", wanted, "there is no such metric", hint);
}

}  // namespace earprint::metrics
