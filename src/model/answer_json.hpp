#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/answer.hpp"

namespace earprint::model {

/// "integer", "decimal", "text", "date" or "instant".
std::string_view TypeText(ColumnType type);

/// A cell as text: "2015-01-12", "0.6543", …; empty for null.
std::string CellText(const AnswerColumn& column, const AnswerCell& cell);

/// The cell that has this text. Errors: kCorrupt the text is none of the column's type.
base::Result<AnswerCell> ReadCellText(const AnswerColumn& column, const std::string& text);

/// The contract's JSON of a cell: numbers as numbers, everything else as CellText.
void AppendJsonCell(const AnswerColumn& column, const AnswerCell& cell, std::string& out);

/// [{"name","type","unit"[,"decimals"][,"meaning"]}].
void AppendJsonColumns(const std::vector<AnswerColumn>& columns, bool with_meaning, std::string& out);

/// [[…], …].
void AppendJsonRows(const Answer& answer, std::string& out);

/// {"feature_coverage_ms":0.9100,"gaps":2, …}; only what there is to say.
void AppendJsonLimits(const AnswerLimits& limits, std::string& out);

/// Columns, rows and limits of an answer, from what the three above wrote; to the digit. Errors: kCorrupt.
base::Result<Answer> ReadAnswerJson(const std::string& columns, const std::string& rows,
                                    const std::string& limits);

}  // namespace earprint::model
