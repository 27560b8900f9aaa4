#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/embedded_file.hpp"
#include "base/error.hpp"
#include "model/sql_file.hpp"

namespace earprint::warehouse {

/// The SQL models of the warehouse in an order in which each stands after its inputs.
struct ModelGraph {
  std::vector<model::SqlFile> lake;    ///< views over the log's files, for this engine
  std::vector<model::SqlFile> models;  ///< raw, then silver
  std::string fingerprint;             ///< changes whenever a model or the function library does
};

/// Reads the embedded files of `lake`, `raw` and `silver` for an engine ("duckdb") and puts them in order.
/// Errors: kCorrupt a header is wrong, an input is made by no file, a table by two, or inputs run in a
///         circle. Faults of the build.
base::Result<ModelGraph> LoadModelGraph(std::span<const base::EmbeddedFile> files, std::string_view engine);

}  // namespace earprint::warehouse
