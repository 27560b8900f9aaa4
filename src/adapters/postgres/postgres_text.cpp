#include "adapters/postgres/postgres_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::adapters {

namespace {

using ports::StoredType;
constexpr char kBetweenTexts = '\x1f';

/// No text of PostgreSQL's holds a zero byte. The warehouse's hold none either: should one come otherwise,
/// one row must not refuse all others.
void AppendByte(char c, std::string& out) {
  if (c == '\0') {
    out += base::kReplacementCharacter;
  } else {
    out += c;
  }
}

void AppendArray(std::string_view texts, std::string& out) {
  out += '{';
  for (const std::string_view text : base::Split(texts, kBetweenTexts)) {
    if (out.back() != '{') out += ',';
    out += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') out += '\\';
      AppendByte(c, out);
    }
    out += '"';
  }
  out += '}';
}

void AppendNumber(StoredType type, std::int64_t number, std::string& out) {
  if (type == StoredType::kInstant) {
    out += base::FormatInstant({number});
  } else if (type == StoredType::kMillionths) {
    fmt::format_to(std::back_inserter(out), "{}e-6", number);
  } else {
    fmt::format_to(std::back_inserter(out), "{}", number);
  }
}

}  // namespace

std::string PostgresColumn(const std::string& name) {
  std::string column = name;
  std::ranges::replace(column, '.', '_');
  return column;
}

bool AppendPostgresText(StoredType type, const ports::Cell& cell, std::string& out) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    AppendNumber(type, *number, out);
  } else if (const auto* flag = std::get_if<bool>(&cell)) {
    out += *flag ? 't' : 'f';
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    if (type == StoredType::kTexts) {
      AppendArray(*text, out);
    } else {
      for (const char c : *text) AppendByte(c, out);
    }
  } else {
    return false;
  }
  return true;
}

std::string PostgresReadExpression(const ports::StoredColumn& column) {
  const std::string name = PostgresColumn(column.name);
  switch (column.type) {
    case StoredType::kInstant:
      return fmt::format("cast(extract(epoch from {}) * 1000 as bigint)", name);
    case StoredType::kMillionths:
      return fmt::format("cast({} * 1000000 as bigint)", name);
    case StoredType::kTexts:
      return fmt::format("array_to_string({}, chr(31))", name);
    default:
      return name;
  }
}

ports::Cell ReadPostgresText(StoredType type, std::string_view text) {
  if (type == StoredType::kText || type == StoredType::kTexts) return std::string(text);
  if (type == StoredType::kBoolean) return text == "t";
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace earprint::adapters
