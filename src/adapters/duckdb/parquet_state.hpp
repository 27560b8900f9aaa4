#pragma once

#include <map>
#include <string>
#include <vector>

#include "adapters/duckdb/parquet_table.hpp"
#include "model/answer.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// Where a part lies in its state, and of an answer what it is the answer to.
struct HeldPart {
  ports::PartPrint print;
  std::string file, metric, conditions, columns, limits;
};

/// One state of a listener in a folder: what its state.parquet tells.
struct HeldState {
  std::string folder, listener, data_version;
  std::map<ports::PartName, HeldPart> parts;
};

/// The columns of state.parquet, of which every row is a part; all are texts but the number of rows.
const std::vector<ParquetColumn>& StateColumns();

/// The columns of a relation's files.
std::vector<ParquetColumn> ColumnsOf(const ports::StoredRelation& relation);

/// Those of an answer's file, and the number of each row.
std::vector<ParquetColumn> ColumnsOf(const model::Answer& answer);

/// Errors: those of ReadParquet.
base::Result<HeldState> ReadParquetState(ports::QuerySession& session, const std::string& folder);

}  // namespace earprint::adapters
