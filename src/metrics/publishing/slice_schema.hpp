#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "metrics/publishing/slice_tables.hpp"
#include "ports/query_engine.hpp"

namespace earprint::metrics::publishing {

/// The rows of one listener, or of several, copied out of a warehouse into memory: an engine that answers for
/// them as the warehouse does, and goes through nothing of others.
///
/// Effects: each table of the warehouse is gone through once, in one transaction, so that the rows are of one
///          state whoever loads meanwhile; the copy goes with this.
/// Errors:  the engine's.
class SliceSchema {
 public:
  /// `engine` may be another one's engine(). It outlives this; `prelude` is the function library.
  static base::Result<std::unique_ptr<SliceSchema>> Copy(ports::QueryEngine& engine,
                                                         const std::string& prelude,
                                                         std::span<const std::string> listeners);
  ~SliceSchema();
  SliceSchema(const SliceSchema&) = delete;
  SliceSchema& operator=(const SliceSchema&) = delete;

  /// Its sessions end before this.
  ports::QueryEngine& engine() { return *view_; }

  const std::vector<SliceTable>& tables() const { return tables_; }

  /// Names the state of the data that the rows were copied from.
  const std::string& data_version() const { return data_version_; }

 private:
  explicit SliceSchema(ports::QueryEngine& engine);
  base::Result<void> CopyRows(const std::string& prelude, std::span<const std::string> listeners);

  ports::QueryEngine& engine_;
  std::string schema_;
  std::unique_ptr<ports::QueryEngine> view_;
  std::vector<SliceTable> tables_;
  std::string data_version_;
};

/// Listeners in groups that fit into memory together, so that publishing all goes through the warehouse once
/// a group. Who has very many plays is alone. Errors: the engine's.
base::Result<std::vector<std::vector<std::string>>> GroupForCopies(ports::QueryEngine& engine,
                                                                   std::span<const std::string> listeners);

}  // namespace earprint::metrics::publishing
