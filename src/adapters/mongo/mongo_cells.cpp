#include "adapters/mongo/mongo_cells.hpp"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "model/answer_json.hpp"

namespace earprint::adapters {

namespace {

using ports::StoredType;
constexpr char kBetweenTexts = '\x1f';
constexpr double kMillion = 1e6;

int Length(std::string_view text) { return static_cast<int>(text.size()); }

void AppendTexts(std::string_view texts, const char* key, int key_length, bson_t* document) {
  bson_t array;
  bson_append_array_begin(document, key, key_length, &array);
  std::uint32_t index = 0;
  for (const std::string_view text : base::Split(texts, kBetweenTexts)) {
    const std::string at = std::to_string(index++);
    bson_append_utf8(&array, at.c_str(), Length(at), text.data(), Length(text));
  }
  bson_append_array_end(document, &array);
}

void AppendCell(StoredType type, const ports::Cell& cell, std::string_view key, bson_t* document) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    if (type == StoredType::kInstant) {
      bson_append_date_time(document, key.data(), Length(key), *number);
    } else if (type == StoredType::kMillionths) {
      bson_append_double(document, key.data(), Length(key), static_cast<double>(*number) / kMillion);
    } else {
      bson_append_int64(document, key.data(), Length(key), *number);
    }
  } else if (const auto* flag = std::get_if<bool>(&cell)) {
    bson_append_bool(document, key.data(), Length(key), *flag);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    if (type == StoredType::kTexts) {
      AppendTexts(*text, key.data(), Length(key), document);
    } else {
      bson_append_utf8(document, key.data(), Length(key), text->data(), Length(*text));
    }
  }
}

bool IsNull(const ports::Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

/// "features" of "features.energy"; empty for a column of no group.
std::string_view GroupOf(std::string_view name) {
  const std::size_t dot = name.find('.');
  return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::string TextsOf(bson_iter_t* at) {
  std::string texts;
  bson_iter_t each;
  bool is_first = true;
  for (bson_iter_recurse(at, &each); bson_iter_next(&each);) {
    if (!std::exchange(is_first, false)) texts += kBetweenTexts;
    std::uint32_t length = 0;
    const char* text = bson_iter_utf8(&each, &length);
    if (text != nullptr) texts.append(text, length);
  }
  return texts;
}

ports::Cell ReadCell(StoredType type, bson_iter_t* at) {
  switch (type) {
    case StoredType::kText: {
      std::uint32_t length = 0;
      const char* text = bson_iter_utf8(at, &length);
      return text == nullptr ? ports::Cell{} : ports::Cell(std::string(text, length));
    }
    case StoredType::kBoolean:
      return bson_iter_bool(at);
    case StoredType::kInstant:
      return std::int64_t{bson_iter_date_time(at)};
    case StoredType::kMillionths:
      return std::int64_t{std::llround(bson_iter_double(at) * kMillion)};
    case StoredType::kTexts:
      return TextsOf(at);
    default:
      return std::int64_t{bson_iter_as_int64(at)};
  }
}

void AppendAnswerCell(const model::AnswerColumn& column, const model::AnswerCell& cell,
                      const std::string& key, bson_t* array) {
  const int length = Length(key);
  if (cell.kind == model::AnswerCell::Kind::kNull) {
    bson_append_null(array, key.c_str(), length);
  } else if (cell.kind == model::AnswerCell::Kind::kText) {
    bson_append_utf8(array, key.c_str(), length, cell.text.data(), Length(cell.text));
  } else if (column.type == model::ColumnType::kInstant) {
    bson_append_date_time(array, key.c_str(), length, cell.number);
  } else if (column.type == model::ColumnType::kDate) {
    bson_append_date_time(array, key.c_str(), length, cell.number * base::kMsPerDay);
  } else if (column.type == model::ColumnType::kDecimal) {
    bson_decimal128_t decimal;
    bson_decimal128_from_string(model::CellText(column, cell).c_str(), &decimal);
    bson_append_decimal128(array, key.c_str(), length, &decimal);
  } else {
    bson_append_int64(array, key.c_str(), length, cell.number);
  }
}

base::Result<model::AnswerCell> ReadAnswerCell(const model::AnswerColumn& column, bson_iter_t* at) {
  using Kind = model::AnswerCell::Kind;
  switch (bson_iter_type(at)) {
    case BSON_TYPE_NULL:
      return model::AnswerCell{};
    case BSON_TYPE_UTF8: {
      std::uint32_t length = 0;
      const char* text = bson_iter_utf8(at, &length);
      return model::AnswerCell{Kind::kText, 0, std::string(text, length)};
    }
    case BSON_TYPE_DATE_TIME: {
      const std::int64_t ms = bson_iter_date_time(at);
      return model::AnswerCell{
          Kind::kNumber, column.type == model::ColumnType::kDate ? ms / base::kMsPerDay : ms, {}};
    }
    case BSON_TYPE_DECIMAL128: {
      bson_decimal128_t decimal;
      bson_iter_decimal128(at, &decimal);
      std::array<char, BSON_DECIMAL128_STRING> text{};
      bson_decimal128_to_string(&decimal, text.data());
      return model::ReadCellText(column, text.data());
    }
    default:
      return model::AnswerCell{Kind::kNumber, bson_iter_as_int64(at), {}};
  }
}

}  // namespace

void AppendMongoRow(const ports::StoredRelation& relation, std::span<const ports::Cell> row,
                    bson_t* document) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string& name = relation.columns[i].name;
    const std::string_view group = GroupOf(name);
    if (group.empty()) {
      AppendCell(relation.columns[i].type, row[i], name, document);
      continue;
    }
    bson_t inner;
    bson_init(&inner);
    for (; i < row.size() && GroupOf(relation.columns[i].name) == group; ++i) {
      if (IsNull(row[i])) continue;
      AppendCell(relation.columns[i].type, row[i],
                 std::string_view(relation.columns[i].name).substr(group.size() + 1), &inner);
    }
    --i;
    if (!bson_empty(&inner)) bson_append_document(document, group.data(), Length(group), &inner);
    bson_destroy(&inner);
  }
}

std::vector<ports::Cell> ReadMongoRow(const ports::StoredRelation& relation, const bson_t* document) {
  std::vector<ports::Cell> row;
  for (const ports::StoredColumn& column : relation.columns) {
    bson_iter_t whole, found;
    const bool is_there =
        bson_iter_init(&whole, document) && bson_iter_find_descendant(&whole, column.name.c_str(), &found);
    row.push_back(is_there ? ReadCell(column.type, &found) : ports::Cell{});
  }
  return row;
}

void AppendMongoAnswerRows(const model::Answer& answer, std::size_t first, std::size_t count,
                           bson_t* document) {
  bson_t rows;
  bson_append_array_begin(document, "rows", -1, &rows);
  for (std::size_t r = 0; r < count; ++r) {
    const std::string at = std::to_string(r);
    bson_t cells;
    bson_append_array_begin(&rows, at.c_str(), Length(at), &cells);
    for (std::size_t i = 0; i < answer.columns.size(); ++i)
      AppendAnswerCell(answer.columns[i], answer.rows[first + r][i], std::to_string(i), &cells);
    bson_append_array_end(&rows, &cells);
  }
  bson_append_array_end(document, &rows);
}

base::Result<void> ReadMongoAnswerRows(const bson_t* document, model::Answer& answer) {
  bson_iter_t rows, row, cell;
  if (!bson_iter_init_find(&rows, document, "rows")) return {};
  for (bson_iter_recurse(&rows, &row); bson_iter_next(&row);) {
    auto& told = answer.rows.emplace_back();
    for (bson_iter_recurse(&row, &cell); bson_iter_next(&cell) && told.size() < answer.columns.size();) {
      auto read = ReadAnswerCell(answer.columns[told.size()], &cell);
      if (!read) return std::unexpected(read.error());
      told.push_back(std::move(*read));
    }
    if (told.size() == answer.columns.size()) continue;
    return base::Fail(base::ErrorCode::kCorrupt, "read a stored answer", answer.question.metric,
                      "a row has too few cells", "earprint publish writes it anew");
  }
  return {};
}

}  // namespace earprint::adapters
