#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ports/event_log.hpp"

namespace earprint::warehouse {

/// Files that together hold a type's events from an offset on, as the engine is to read them: those of the
/// log, and in the place of one whose texts hold U+0000 a copy in which these are U+FFFD
/// (model::ReplaceZeros), under the same type=…/date=….
/// Effects: copies in the scratch folder; unpacks every frame.
/// Errors:  those of the log · kRetryLater the disk.
base::Result<std::vector<std::string>> FilesToRead(const ports::EventLog& log, model::EventType type,
                                                   std::uint64_t from_offset,
                                                   const std::string& scratch_folder);

}  // namespace earprint::warehouse
