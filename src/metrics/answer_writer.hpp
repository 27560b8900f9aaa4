#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/metric_catalogue.hpp"
#include "model/answer.hpp"

namespace earprint::metrics {

/// A cell as text: "2015-01-12", "0.6543", …; empty for null.
std::string CellText(const model::AnswerColumn& column, const model::AnswerCell& cell);

/// The contract's JSON form.
std::string AnswerJson(const model::Answer& answer);
/// One JSON object a row, keys are column names.
std::string AnswerJsonLines(const model::Answer& answer);
/// RFC 4180 with a header line.
std::string AnswerCsv(const model::Answer& answer);
/// An aligned table for a terminal; with colours when asked.
std::string AnswerTable(const model::Answer& answer, bool colours);

/// {"metrics":[{"name","question","params","order","columns":[{"name","type","unit","meaning"}]}]}
std::string CatalogueJson(const MetricCatalogue& catalogue);

/// "integer", "decimal", "text", "date" or "instant".
std::string_view TypeText(model::ColumnType type);

}  // namespace earprint::metrics
