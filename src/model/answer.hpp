#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/conditions.hpp"

namespace earprint::model {

/// How a column's cells are to be told.
enum class ColumnType : std::uint8_t {
  kInteger,
  kDecimal,  ///< a whole number that stands for value x 10^decimals
  kText,
  kDate,     ///< days since 1970-01-01
  kInstant,  ///< milliseconds since 1970-01-01 UTC
};

struct AnswerColumn {
  std::string name, unit, meaning;
  ColumnType type = ColumnType::kInteger;
  int decimals = 0;
};

/// One cell: a whole number, a text, or nothing.
struct AnswerCell {
  enum class Kind : std::uint8_t { kNull, kNumber, kText } kind = Kind::kNull;
  std::int64_t number = 0;
  std::string text;
};

/// A metric asked under conditions.
struct Question {
  std::string metric;
  std::string listener;
  Conditions conditions;
};

/// What the figures rest on, beside them.
struct AnswerLimits {
  std::int64_t feature_coverage_e4 =
      -1;  ///< share x 10^4 of listening time with features; -1: does not concern the metric
  std::int64_t rejects = 0;  ///< records refused at import
  std::int64_t gaps = 0;     ///< stretches of the span in which plays may be missing
  std::int64_t estimated_plays =
      0;  ///< plays whose milliseconds are the track's length, since none were told
};

struct Answer {
  Question question;
  std::string data_version;
  std::vector<AnswerColumn> columns;
  std::vector<std::vector<AnswerCell>> rows;
  AnswerLimits limits;
};

inline std::size_t CellsOf(const Answer& answer) { return answer.rows.size() * answer.columns.size(); }

/// What an answer takes of memory, nearly.
inline std::uint64_t BytesOf(const Answer& answer) {
  std::uint64_t bytes = CellsOf(answer) * sizeof(AnswerCell);
  for (const auto& row : answer.rows) {
    for (const AnswerCell& cell : row) bytes += cell.text.size();
  }
  return bytes;
}

}  // namespace earprint::model
