#pragma once

#include <cstdint>

#include "ports/event_log.hpp"
#include "ports/query_engine.hpp"

namespace earprint::warehouse {

/// Makes the temporary tables that the lake's views of plays read (`staged_play`, `staged_play_more`,
/// `staged_play_item`, `staged_play_context`), without rows. Errors: the engine's.
base::Result<void> MakeStagedPlays(ports::QuerySession& session);

/// Fills these tables with the play events at and after an offset, and says the offset that it came to: no
/// frame is begun once the tables have `plays_max`; those that are being read then, one a core, come too.
/// Plays are by far the most events, so they do not go through the engine's own reader of JSON: texts that
/// many plays share are taken once.
///
/// Effects: reads and unpacks frames on as many threads as there are cores; the engine holds the rows, and
///          moves them to disk when they are too many.
/// Errors: the log's and the engine's · kCorrupt as ReadPlayLines.
base::Result<std::uint64_t> LoadPlays(const ports::EventLog& log, std::uint64_t from_offset,
                                      std::size_t plays_max, ports::QuerySession& session);

}  // namespace earprint::warehouse
