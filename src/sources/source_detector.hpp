#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "ports/byte_reader.hpp"
#include "ports/event_source.hpp"

namespace earprint::sources {

struct DetectOptions {
  std::string listener = "me";
  std::int64_t latest_ms = 0;  ///< latest believable end of a play (now plus a day)
  std::string as = "auto";     ///< "auto", "history" or "catalogue"
};

/// Looks at a file's beginning, tells what it is, and gives the source that reads it.
///
/// Errors: kUnsupported the file is nothing that Earprint reads; the cause says what it looks like, the hint
///         what would be read · the reader's own errors.
base::Result<std::unique_ptr<ports::EventSource>> DetectSource(const ports::InputFile& file,
                                                               const DetectOptions& options);

/// Why a file is not even opened, judged by its base name: among them the files of a privacy export that hold
/// personal data. Empty: it is to be opened.
std::string_view WhyLeftAlone(std::string_view base_name);

}  // namespace earprint::sources
