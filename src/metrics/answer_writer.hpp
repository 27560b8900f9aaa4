#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/metric_catalogue.hpp"
#include "model/answer.hpp"
#include "model/answer_json.hpp"

namespace earprint::metrics {

using model::CellText;
using model::TypeText;

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

}  // namespace earprint::metrics
