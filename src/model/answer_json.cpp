#include "model/answer_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::model {

namespace {

constexpr std::array<std::pair<ColumnType, std::string_view>, 5> kTypeTexts = {{
    {ColumnType::kInteger, "integer"},
    {ColumnType::kDecimal, "decimal"},
    {ColumnType::kText, "text"},
    {ColumnType::kDate, "date"},
    {ColumnType::kInstant, "instant"},
}};
constexpr int kCoverageDecimals = 4;

std::string Decimal(std::int64_t scaled, int decimals) {
  const bool negative = scaled < 0;
  const auto bits =
      static_cast<std::uint64_t>(scaled);  // unsigned, since the smallest number has no opposite
  std::string digits = std::to_string(negative ? 0 - bits : bits);
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, ".");
  return (negative ? "-" : "") + digits;
}

bool IsNumber(ColumnType type) { return type == ColumnType::kInteger || type == ColumnType::kDecimal; }

base::Failure Damaged(std::string_view what) {
  return base::Fail(base::ErrorCode::kCorrupt, "read a stored answer", std::string(what).substr(0, 60),
                    "it is not as this program writes it", "earprint publish writes it anew");
}

AnswerCell Number(std::int64_t number) { return {AnswerCell::Kind::kNumber, number, {}}; }

std::int64_t Scaled(double value, int decimals) { return std::llround(value * std::pow(10.0, decimals)); }

base::Result<AnswerCell> ReadJsonCell(const AnswerColumn& column, const boost::json::value& value) {
  if (value.is_null()) return AnswerCell{};
  if (value.is_string()) {
    const std::string text(value.get_string());
    if (column.type == ColumnType::kText) return AnswerCell{AnswerCell::Kind::kText, 0, text};
    return ReadCellText(column, text);
  }
  if (column.type == ColumnType::kDecimal && value.is_number())
    return Number(Scaled(value.to_number<double>(), column.decimals));
  if (value.is_int64()) return Number(value.get_int64());
  return Damaged(column.name);
}

base::Result<std::vector<AnswerColumn>> ReadColumns(const boost::json::value& json) {
  std::vector<AnswerColumn> columns;
  for (const boost::json::value& each : json.as_array()) {
    const boost::json::object& told = each.as_object();
    AnswerColumn column;
    column.name = told.at("name").as_string();
    column.unit = told.at("unit").as_string();
    if (const auto* meaning = told.if_contains("meaning")) column.meaning = meaning->as_string();
    if (const auto* decimals = told.if_contains("decimals"))
      column.decimals = static_cast<int>(decimals->as_int64());
    const std::string_view type_text = told.at("type").as_string();
    const auto* const type =
        std::ranges::find(kTypeTexts, type_text, &std::pair<ColumnType, std::string_view>::second);
    if (type == kTypeTexts.end()) return Damaged(type_text);
    column.type = type->first;
    columns.push_back(std::move(column));
  }
  return columns;
}

base::Result<Answer> ReadParts(const boost::json::value& columns, const boost::json::value& rows,
                               const boost::json::object& limits) {
  Answer answer;
  auto read = ReadColumns(columns);
  if (!read) return std::unexpected(read.error());
  answer.columns = std::move(*read);
  for (const boost::json::value& row : rows.as_array()) {
    const boost::json::array& cells = row.as_array();
    if (cells.size() != answer.columns.size()) return Damaged("rows");
    auto& told = answer.rows.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      auto cell = ReadJsonCell(answer.columns[i], cells[i]);
      if (!cell) return std::unexpected(cell.error());
      told.push_back(std::move(*cell));
    }
  }
  if (const auto* share = limits.if_contains("feature_coverage_ms"))
    answer.limits.feature_coverage_e4 = Scaled(share->to_number<double>(), kCoverageDecimals);
  for (const auto& [name, number] :
       {std::pair("gaps", &answer.limits.gaps), std::pair("estimated_plays", &answer.limits.estimated_plays),
        std::pair("rejects", &answer.limits.rejects)}) {
    if (const auto* told = limits.if_contains(name)) *number = told->as_int64();
  }
  return answer;
}

}  // namespace

std::string_view TypeText(ColumnType type) {
  return std::ranges::find(kTypeTexts, type, &std::pair<ColumnType, std::string_view>::first)->second;
}

std::string CellText(const AnswerColumn& column, const AnswerCell& cell) {
  if (cell.kind == AnswerCell::Kind::kNull) return {};
  if (cell.kind == AnswerCell::Kind::kText) return cell.text;
  switch (column.type) {
    case ColumnType::kDecimal:
      return Decimal(cell.number, column.decimals);
    case ColumnType::kDate:
      return base::FormatEpochDay(cell.number);
    case ColumnType::kInstant:
      return base::FormatInstant({cell.number});
    default:
      return std::to_string(cell.number);
  }
}

base::Result<AnswerCell> ReadCellText(const AnswerColumn& column, const std::string& text) {
  if (column.type == ColumnType::kText) return AnswerCell{AnswerCell::Kind::kText, 0, text};
  if (column.type == ColumnType::kDate || column.type == ColumnType::kInstant) {
    const auto at = base::ParseInstant(text);
    if (!at) return Damaged(text);
    return Number(column.type == ColumnType::kDate ? at->at.value / base::kMsPerDay : at->at.value);
  }
  if (column.type == ColumnType::kDecimal) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0') return Damaged(text);
    return Number(Scaled(value, column.decimals));
  }
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return Damaged(text);
  return Number(number);
}

void AppendJsonCell(const AnswerColumn& column, const AnswerCell& cell, std::string& out) {
  if (cell.kind == AnswerCell::Kind::kNull) {
    out += "null";
  } else if (cell.kind == AnswerCell::Kind::kNumber && IsNumber(column.type)) {
    out += CellText(column, cell);
  } else {
    base::AppendJsonString(CellText(column, cell), out);
  }
}

void AppendJsonColumns(const std::vector<AnswerColumn>& columns, bool with_meaning, std::string& out) {
  out += '[';
  for (const AnswerColumn& column : columns) {
    if (out.back() != '[') out += ',';
    out += "{\"name\":";
    base::AppendJsonString(column.name, out);
    out += fmt::format(",\"type\":\"{}\",\"unit\":", TypeText(column.type));
    base::AppendJsonString(column.unit, out);
    if (column.type == ColumnType::kDecimal) out += fmt::format(",\"decimals\":{}", column.decimals);
    if (with_meaning) {
      out += ",\"meaning\":";
      base::AppendJsonString(column.meaning, out);
    }
    out += '}';
  }
  out += ']';
}

void AppendJsonRows(const Answer& answer, std::string& out) {
  out += '[';
  for (std::size_t r = 0; r < answer.rows.size(); ++r) {
    out += r == 0 ? "[" : ",[";
    for (std::size_t i = 0; i < answer.columns.size(); ++i) {
      if (i > 0) out += ',';
      AppendJsonCell(answer.columns[i], answer.rows[r][i], out);
    }
    out += ']';
  }
  out += ']';
}

void AppendJsonLimits(const AnswerLimits& limits, std::string& out) {
  out += '{';
  if (limits.feature_coverage_e4 >= 0)
    out += "\"feature_coverage_ms\":" + Decimal(limits.feature_coverage_e4, kCoverageDecimals);
  for (const auto& [name, number] :
       {std::pair("gaps", limits.gaps), std::pair("estimated_plays", limits.estimated_plays),
        std::pair("rejects", limits.rejects)}) {
    if (number > 0) out += fmt::format("{}\"{}\":{}", out.back() == '{' ? "" : ",", name, number);
  }
  out += '}';
}

base::Result<Answer> ReadAnswerJson(const std::string& columns, const std::string& rows,
                                    const std::string& limits) {
  try {
    return ReadParts(boost::json::parse(columns), boost::json::parse(rows),
                     boost::json::parse(limits).as_object());
  } catch (const std::exception& error) {
    return Damaged(error.what());
  }
}

}  // namespace earprint::model
