#include "adapters/duckdb/parquet_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

namespace earprint::adapters {

namespace {

using Kind = ParquetColumn::Kind;

std::string Quoted(std::string_view text, char mark) {
  std::string quoted(1, mark);
  for (const char c : text) {
    if (c == mark) quoted += mark;
    quoted += c;
  }
  return quoted + mark;
}

std::string Decimal(std::int64_t scaled, int decimals) {
  std::string digits = std::to_string(std::abs(scaled));
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  if (places > 0) digits.insert(digits.size() - places, ".");
  return scaled < 0 ? "-" + digits : digits;
}

/// A cell as a text that FromText reads.
std::optional<std::string> AsText(const ParquetColumn& column, const ports::Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell))
    return column.kind == Kind::kDecimal ? Decimal(*number, column.decimals) : std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&cell)) return *flag ? "true" : "false";
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return std::nullopt;
}

std::string FromText(const ParquetColumn& column, const std::string& text) {
  switch (column.kind) {
    case Kind::kInteger:
      return fmt::format("cast({} as bigint)", text);
    case Kind::kDecimal:
      return fmt::format("cast({} as decimal(38, {}))", text, column.decimals);
    case Kind::kText:
      return text;
    case Kind::kBoolean:
      return fmt::format("cast({} as boolean)", text);
    case Kind::kDate:
      return fmt::format("date '1970-01-01' + cast({} as integer)", text);
    case Kind::kInstant:
      return fmt::format("epoch_ms(cast({} as bigint))", text);
    case Kind::kTexts:
      return fmt::format("string_split({}, chr(31))", text);
  }
  return text;
}

/// What ReadCell reads.
std::string ToCell(const ParquetColumn& column) {
  const std::string name = Quoted(column.name, '"');
  switch (column.kind) {
    case Kind::kDecimal:
      return fmt::format("cast({} as varchar)", name);
    case Kind::kDate:
      return fmt::format("cast({} - date '1970-01-01' as bigint)", name);
    case Kind::kInstant:
      return fmt::format("epoch_ms({})", name);
    case Kind::kTexts:
      return fmt::format("array_to_string({}, chr(31))", name);
    default:
      return name;
  }
}

ports::Cell ReadCell(const ParquetColumn& column, ports::Cell cell) {
  auto* text = std::get_if<std::string>(&cell);
  if (column.kind != Kind::kDecimal || text == nullptr) return cell;
  std::erase(*text, '.');
  std::int64_t number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

base::Failure Failed(const std::string& op, const std::string& file, const base::Error& error) {
  const std::string& cause = error.cause;
  if (cause.contains("No space left") || cause.contains("Disk quota"))
    return base::Fail(base::ErrorCode::kRetryLater, op, file, cause,
                      "give the folder's disk room, then run it again");
  if (cause.contains("Permission denied"))
    return base::Fail(base::ErrorCode::kUnauthorized, op, file, cause,
                      "give this user the right to write there");
  if (error.code == base::ErrorCode::kRetryLater)
    return base::Fail(error.code, op, file, cause, "see that the folder is there and its disk sound");
  return base::Fail(base::ErrorCode::kCorrupt, op, file, cause,
                    "publish to another folder, or remove this one first");
}

}  // namespace

base::Result<void> WriteParquet(ports::QuerySession& session, const std::string& file,
                                const std::vector<ParquetColumn>& columns, const ParquetRows& rows) {
  std::string staged, selected;
  std::vector<ports::AppendColumn> cells;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string comma = i == 0 ? "" : ", ", name = fmt::format("c{}", i);
    staged += comma + name + " varchar";
    selected += fmt::format("{}{} as {}", comma, FromText(columns[i], name), Quoted(columns[i].name, '"'));
    std::vector<std::optional<std::string>> texts;
    texts.reserve(rows.size());
    for (const auto& row : rows) texts.push_back(AsText(columns[i], row[i]));
    cells.emplace_back(std::move(texts));
  }
  auto done = session.Query("create or replace temp table staged_rows (" + staged + ")");
  if (!done) return Failed("write a part", file, done.error());
  if (!rows.empty()) {
    if (auto appended = session.Append("staged_rows", cells); !appended)
      return Failed("write a part", file, appended.error());
  }
  done =
      session.Query(fmt::format("copy (select {} from staged_rows) to {} (format parquet, compression zstd)",
                                selected, Quoted(file, '\'')));
  if (!done) return Failed("write a part", file, done.error());
  return {};
}

base::Result<ParquetRows> ReadParquet(ports::QuerySession& session, const std::vector<std::string>& files,
                                      const std::vector<ParquetColumn>& columns, bool is_ordered) {
  if (files.empty()) return ParquetRows{};
  std::string selected, list;
  for (const ParquetColumn& column : columns) selected += (selected.empty() ? "" : ", ") + ToCell(column);
  for (const std::string& file : files) list += (list.empty() ? "" : ", ") + Quoted(file, '\'');
  std::string sql =
      fmt::format("select {} from read_parquet([{}], hive_partitioning = false)", selected, list);
  if (is_ordered) sql += " order by " + Quoted(columns.back().name, '"');
  auto table = session.Query(sql);
  if (!table) return Failed("read a part", files.front(), table.error());
  for (auto& row : table->rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) row[i] = ReadCell(columns[i], std::move(row[i]));
  }
  return std::move(table->rows);
}

}  // namespace earprint::adapters
