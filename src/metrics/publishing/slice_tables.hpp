#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ports/query_engine.hpp"

namespace earprint::metrics::publishing {

/// How a table's rows are cut in parts: SQL over the table as `t`.
struct SliceCut {
  std::string chunk = "'all'";  ///< gives the name of a row's part
  std::string span;        ///< of what several parts make up: a number; empty where there is one part only
  std::string span_chunk;  ///< its name, should it be one part
};

/// A warehouse table in a slice: which of its rows belong to a listener, and how they are cut.
struct SliceTable {
  std::string name;
  std::string definition;  ///< its columns with their types
  std::string columns;     ///< their names
  std::string where;       ///< chooses the rows; reads the tables that PrepareSlice makes
  SliceCut cut;
};

/// Which tables an engine must have to answer a listener's every question, and which rows of them.
///
/// Shape:  all tables of silver, and raw_play, by name. Whose a row is tells the first of these columns that
///         the table has: listener_key, listener, context_key, track_key, artist_key, album_key. Two tables
///         are everybody's.
/// Errors: the engine's · kUnsupported a table of which no column tells whose its rows are; a fault of the
///         build.
/// Source: docs/decisions/20261128_published_slices.md
base::Result<std::vector<SliceTable>> FindSliceTables(ports::QuerySession& session);

/// Makes the session's tables slice_context, slice_track, slice_artist and slice_album: the keys that belong
/// to some listeners. `tables` as FindSliceTables gave them. Errors: the engine's.
base::Result<void> PrepareSlice(ports::QuerySession& session, const std::vector<SliceTable>& tables,
                                std::span<const std::string> listeners);

/// The rows of a table for the listeners that were prepared. `listeners` as there.
std::string SliceRowsSql(const SliceTable& table, std::span<const std::string> listeners);

/// Makes one part of parts that are small: a year of its months, the table of its sixteenths. The tables hold
/// one listener's rows alone. Errors: the engine's.
base::Result<void> JoinSmallParts(ports::QuerySession& session, std::vector<SliceTable>& tables);

/// The rows of a table that holds one listener's alone, each with the `slice_part` it lies in.
std::string SlicePartsSql(const SliceTable& table);

/// The statements that make these tables, empty.
std::string MakeTablesSql(const std::vector<SliceTable>& tables);

}  // namespace earprint::metrics::publishing
