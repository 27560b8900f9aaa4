#pragma once

#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "ports/event_source.hpp"

namespace earprint::testing {

[[noreturn]] inline void Broken(const char* what_must_hold) {
  std::fprintf(stderr, "broken: %s\n", what_must_hold);
  std::abort();
}

/// Reads a source to its end and aborts where it breaks its contract; for fuzz targets.
///
/// Shape:  gives everything it said as one text, so that two readings can be compared.
inline std::string ReadAllOrAbort(ports::EventSource& source) {
  std::string said = source.Kind() + "\n";
  for (;;) {
    auto task = source.Next();
    if (!task) return said + task.error().Text();
    if (!*task) return said;
    const model::EventBatch batch = (**task)();
    if (batch.read != batch.events.size() + batch.rejects.size()) Broken("read == events + rejects");
    std::size_t at = 0;
    for (const model::EventRef& event : batch.events) {
      if (event.begin != at || event.size == 0) Broken("lines follow each other");
      at += event.size;
      if (at > batch.lines.size() || batch.lines[at - 1] != '\n') Broken("a line ends with a line end");
      boost::json::error_code failed;
      const auto line =
          boost::json::parse(std::string_view(batch.lines).substr(event.begin, event.size), failed);
      if (failed || !line.is_object() || !line.get_object().contains("data"))
        Broken("a line is a JSON event");
    }
    if (at != batch.lines.size()) Broken("every line belongs to an event");
    for (const model::Reject& reject : batch.rejects) {
      if (reject.reason.empty()) Broken("a reject has its reason");
      if (reject.raw.size() > model::kRejectRawMax + 8) Broken("a reject's bytes are bounded");
      said += reject.reason + "\n";
    }
    said += batch.lines;
  }
}

}  // namespace earprint::testing
