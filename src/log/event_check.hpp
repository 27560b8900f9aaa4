#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/event_batch.hpp"

namespace earprint::log {

/// Checks event lines that anybody may have written, before they are kept for good: what is on the lake is
/// read by every build to come, and one line that it cannot read would stop them all.
///
/// Shape:  a line is one event of the house, its envelope as model::AppendEnvelope writes it; of its data,
///         the fields that sql/lake.md names have the type that is told there. Fields beyond these may be
///         there.
class EventCheck {
 public:
  EventCheck();
  ~EventCheck();
  EventCheck(const EventCheck&) = delete;
  EventCheck& operator=(const EventCheck&) = delete;

  /// The reference of the event in a line without its end; `begin` is where it will stand. Errors:
  /// kInvalidInput, the cause says why it is none.
  base::Result<model::EventRef> Check(model::EventType type, std::string_view line);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

}  // namespace earprint::log
