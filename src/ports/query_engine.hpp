#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace earprint::ports {

/// One cell of an answer. The house's SQL yields integers, texts and nulls; doubles and booleans are for
/// tools.
using Cell = std::variant<std::monostate, std::int64_t, std::string, double, bool>;

/// An answer: column names, and rows of as many cells.
struct Table {
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

/// A column of rows to append: BIGINT without nulls, or VARCHAR where nothing is null.
using AppendColumn = std::variant<std::vector<std::int64_t>, std::vector<std::optional<std::string>>>;

/// One connection to a SQL engine. Used by one thread at a time; temporary objects live as long as it does.
class QuerySession {
 public:
  virtual ~QuerySession() = default;

  /// Runs one or several statements and gives the last one's rows.
  /// Errors: kInvalidInput the SQL is refused (cause: the engine's words) · kConflict a lost race ·
  ///         kRetryLater out of memory or interrupted · kCorrupt the store is damaged.
  virtual base::Result<Table> Query(std::string_view sql) = 0;

  /// Runs one statement whose columns are all BIGINT without nulls and hands out each row in turn; for
  /// results of millions of rows. Errors as Query.
  virtual base::Result<void> QueryIntegers(std::string_view sql,
                                           const std::function<void(std::span<const std::int64_t>)>& row) = 0;

  /// Appends rows to a table whose columns are these, in this order and of equal length. Much faster than
  /// statements. Errors as Query.
  virtual base::Result<void> Append(const std::string& table, std::span<const AppendColumn> columns) = 0;
};

/// A SQL engine with its store. Thread-safe.
class QueryEngine {
 public:
  virtual ~QueryEngine() = default;
  virtual base::Result<std::unique_ptr<QuerySession>> Connect() = 0;
};

}  // namespace earprint::ports
