#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ports/event_log.hpp"
#include "ports/query_engine.hpp"
#include "warehouse/model_graph.hpp"

namespace earprint::warehouse {

/// How far something else has come whose data the log brought, by name; kept in the same transaction as
/// these.
using Marks = std::map<std::string, std::string>;

/// What a catch-up did.
struct BuildReport {
  bool changed = false;  ///< whether any event was new to the warehouse
  std::string data_version;
};

/// Brings the warehouse up to the log: raw models take in the new events, silver models are rebuilt for the
/// listeners and days that these concern.
///
/// Shape:   one transaction holds the data and the offsets it reaches to, so that a kill leaves the state
///          before or after, never between. More plays than kPlaysAtOnce come in several, each whole in
///          itself, so that memory does not grow with the history. The same events in any order and any
///          portions give the same silver rows.
/// Effects: writes the store; copies tails of segments into `scratch_folder` and removes them again. One at a
///          time.
class WarehouseBuilder {
 public:
  static constexpr std::size_t kPlaysAtOnce = 1'000'000;

  WarehouseBuilder(ports::QueryEngine& engine, const ports::EventLog& log, const ModelGraph& graph,
                   std::string prelude, std::string scratch_folder);

  /// How many plays one transaction takes in; a frame of the log is not parted.
  std::size_t plays_at_once = kPlaysAtOnce;

  /// Told the name of each model as it is begun, with how many are done of how many.
  std::function<void(const std::string& name, std::size_t done, std::size_t of)> on_step;

  /// Makes the tables of a fresh store. kConflict: the store was made by other models, so it must be derived
  /// anew.
  base::Result<void> Open();

  /// Takes in what the log has beyond the stored offsets, and sets marks. Errors: the engine's and the log's;
  /// the store is unchanged.
  base::Result<BuildReport> CatchUp(const Marks& marks = {});

  /// The marks that were set, as long as this warehouse lives: one derived anew has none.
  base::Result<Marks> StoredMarks();

  /// The session that Open prepared, with the function library loaded.
  ports::QuerySession& session() { return *session_; }

 private:
  using Offsets = std::map<model::EventType, std::uint64_t>;

  base::Result<void> Run(const std::string& sql);
  base::Result<Offsets> StoredOffsets();
  base::Result<void> MakeLakeViews(const Offsets& from, const Offsets& to);
  base::Result<void> MakeTables();
  base::Result<void> MoveDays(const std::string& name, std::string_view build);
  base::Result<std::int64_t> Write(const std::string& sql);
  base::Result<bool> HasRows(const std::string& table);
  bool IsConcerned(const model::SqlFile& model) const;
  base::Result<std::int64_t> MakeTemp(const model::SqlFile& model, bool has_rows);
  base::Result<std::int64_t> ReplaceKeys(const model::SqlFile& model, bool has_rows);
  base::Result<std::int64_t> Apply(const model::SqlFile& model);
  base::Result<void> StoreState(const std::string& data_version, const Offsets& to);
  base::Result<void> StoreMarks(const Marks& marks);
  base::Result<std::uint64_t> NextLoadNo();
  base::Result<BuildReport> TakeIn(Offsets from, const Marks& marks, Offsets& to);
  base::Result<BuildReport> Build(const Offsets& from, const Offsets& to, const Marks& marks);
  Offsets Ends() const;
  std::string DataVersion(const Offsets& ends) const;

  ports::QueryEngine& engine_;
  const ports::EventLog& log_;
  const ModelGraph& graph_;
  std::string prelude_;
  std::string scratch_folder_;
  std::unique_ptr<ports::QuerySession> session_;
  std::map<std::string, bool> temps_;  ///< the session's temp tables: whether they have rows
  /// Of this load: tables that are as they were, views and temp tables without rows. What is made of these
  /// alone is right as it is.
  std::set<std::string> unchanged_;
};

}  // namespace earprint::warehouse
