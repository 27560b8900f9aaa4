#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "ports/byte_reader.hpp"
#include "ports/event_source.hpp"

namespace earprint::sources {

struct CsvSourceOptions {
  std::string file_base_name;
  std::string listener = "me";
  std::int64_t latest_ms = 0;
  std::string as = "auto";
};

/// Looks at a CSV's first records, decides what it is, and gives the source that reads it: a streaming
/// history, a catalogue with audio features, or a chart (tracks without features).
///
/// Errors: kUnsupported it is none of these; the cause tells its columns · the reader's own.
base::Result<std::unique_ptr<ports::EventSource>> OpenCsvSource(std::unique_ptr<ports::ByteReader> reader,
                                                                const CsvSourceOptions& options);

}  // namespace earprint::sources
