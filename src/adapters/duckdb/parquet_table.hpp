#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ports/query_engine.hpp"

namespace earprint::adapters {

/// A column of a Parquet file, and how its cells are told here: whole numbers but for text, texts and
/// booleans.
struct ParquetColumn {
  enum class Kind : std::uint8_t { kInteger, kDecimal, kText, kBoolean, kDate, kInstant, kTexts };
  std::string name;
  Kind kind = Kind::kText;
  int decimals = 0;  ///< of a decimal, whose cells are value x 10^decimals
};

using ParquetRows = std::vector<std::vector<ports::Cell>>;

/// Writes rows to a file, which is made or replaced. Errors: kRetryLater the disk · kUnauthorized its rights.
base::Result<void> WriteParquet(ports::QuerySession& session, const std::string& file,
                                const std::vector<ParquetColumn>& columns, const ParquetRows& rows);

/// Reads rows back; in the order of the last column, where that is to be. Errors: kCorrupt a file is none, or
/// another's · kRetryLater it is not there.
base::Result<ParquetRows> ReadParquet(ports::QuerySession& session, const std::vector<std::string>& files,
                                      const std::vector<ParquetColumn>& columns, bool is_ordered = false);

}  // namespace earprint::adapters
