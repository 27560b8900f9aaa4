#include "adapters/duckdb/parquet_state.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace earprint::adapters {

namespace {

using Kind = ParquetColumn::Kind;

std::string Text(const ports::Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  return text == nullptr ? std::string() : *text;
}

}  // namespace

const std::vector<ParquetColumn>& StateColumns() {
  static const std::vector<ParquetColumn> columns = {
      {"listener"}, {"data_version"}, {"relation"},   {"chunk"},   {"fingerprint"}, {"rows", Kind::kInteger},
      {"file"},     {"metric"},       {"conditions"}, {"columns"}, {"limits"}};
  return columns;
}

std::vector<ParquetColumn> ColumnsOf(const ports::StoredRelation& relation) {
  constexpr std::array kKinds = {Kind::kInteger, Kind::kText,    Kind::kBoolean,
                                 Kind::kInstant, Kind::kDecimal, Kind::kTexts};  // as StoredType has them
  std::vector<ParquetColumn> columns;
  for (const ports::StoredColumn& column : relation.columns) {
    ParquetColumn one{column.name, kKinds.at(static_cast<std::size_t>(column.type))};
    std::ranges::replace(one.name, '.', '_');
    if (column.type == ports::StoredType::kMillionths) one.decimals = 6;
    columns.push_back(std::move(one));
  }
  return columns;
}

std::vector<ParquetColumn> ColumnsOf(const model::Answer& answer) {
  constexpr std::array kKinds = {Kind::kInteger, Kind::kDecimal, Kind::kText, Kind::kDate, Kind::kInstant};
  std::vector<ParquetColumn> columns;
  for (const model::AnswerColumn& column : answer.columns)
    columns.push_back({column.name, kKinds.at(static_cast<std::size_t>(column.type)), column.decimals});
  columns.push_back({"row_no", Kind::kInteger});
  return columns;
}

base::Result<HeldState> ReadParquetState(ports::QuerySession& session, const std::string& folder) {
  HeldState state{folder, "", "", {}};
  auto rows = ReadParquet(session, {folder + "/state.parquet"}, StateColumns());
  if (!rows) return std::unexpected(rows.error());
  for (const auto& row : *rows) {
    state.listener = Text(row[0]);
    state.data_version = Text(row[1]);
    if (!std::holds_alternative<std::string>(row[2])) continue;  // a state without parts has one row
    const auto* count = std::get_if<std::int64_t>(&row[5]);
    state.parts[{Text(row[2]), Text(row[3])}] = {{Text(row[4]), count == nullptr ? 0 : *count},
                                                 Text(row[6]),
                                                 Text(row[7]),
                                                 Text(row[8]),
                                                 Text(row[9]),
                                                 Text(row[10])};
  }
  return state;
}

}  // namespace earprint::adapters
