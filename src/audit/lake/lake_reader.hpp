#pragma once

#include <functional>
#include <string>

#include "audit/lake/lake_events.hpp"
#include "ports/event_log.hpp"

namespace earprint::audit {

/// Reads all that a log holds.
///
/// Shape:   out: events in the order of the log; of lines with one id the first.
/// Errors:  those of the log · kCorrupt a line is no event, or tells less than its type must (sql/lake.md).
/// Effects: reads every frame; one is unpacked while the one before is read. `scratch_folder` is only named
///          to the log. `on_bytes` is told the packed bytes taken so far.
base::Result<LakeEvents> ReadLake(const ports::EventLog& log, const std::string& scratch_folder,
                                  const std::function<void(std::uint64_t)>& on_bytes = {});

}  // namespace earprint::audit
