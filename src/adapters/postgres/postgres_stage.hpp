#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <set>
#include <string>
#include <vector>

#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// A table on its way: rows are copied into a temporary one, and from there into the one that readers see, a
/// large batch at a time. Throws what libpqxx throws.
class PostgresStage {
 public:
  /// `key` are the columns beside the listener that make a row one.
  PostgresStage(pqxx::work& work, std::string table, std::vector<std::string> columns,
                std::vector<std::string> key);

  /// Rows of one part, each with its listener and part before the columns. The part's rows that are not among
  /// them will go.
  void PutPart(const std::string& listener, const std::string& chunk, const ports::StoredRelation& relation,
               const std::vector<std::vector<ports::Cell>>& rows);

  /// One row, whose fields are all of the columns as texts.
  void PutRow(const std::vector<std::string>& fields);

  /// Brings what was put to where readers will see it.
  void Flush();

 private:
  static constexpr std::int64_t kRowsMax = 100'000;
  static constexpr std::size_t kBytesMax = 32U << 20;

  void FlushIfLarge();
  void SendLines();

  pqxx::work& work_;
  std::string table_;
  std::vector<std::string> columns_, key_;
  std::string listener_;
  std::set<std::string> chunks_;  ///< whose rows were put since the last flush
  std::set<std::string> row_keys_;
  std::vector<std::string> lines_;  ///< rows put one by one, which go together
  std::int64_t rows_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace earprint::adapters
