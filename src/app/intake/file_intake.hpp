#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "log/known_events.hpp"
#include "ports/event_log.hpp"
#include "ports/importer.hpp"

namespace earprint::app {

/// Where files are read to, and what is known there.
struct IntakePlace {
  ports::EventWriter& log;
  log::KnownEvents& known;
  base::UtcMs now;
  std::uint64_t plays_end = 0;  ///< of the log, as the files begin
  /// Asked for where a file is one listener's and none is named; empty: there are none.
  std::function<std::vector<std::string>()> listeners;
};

/// Reads the files of a request onto a log, each event once, and makes all of it durable. Of the summary
/// `seconds` and `data_version` are left out.
///
/// Errors: those of the log and of who knows. A file that cannot be read is a report with `refused`.
base::Result<ports::ImportSummary> CollectFiles(const ports::ImportRequest& request,
                                                const ports::ImportObserver& observer,
                                                const IntakePlace& place);

}  // namespace earprint::app
