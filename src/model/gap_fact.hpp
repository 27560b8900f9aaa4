#pragma once

#include <cstdint>
#include <string_view>

#include "model/event_batch.hpp"

namespace earprint::model {

/// A stretch of time in which plays may have been missed, and why: what is not known is said.
struct GapFact {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::string_view source;  ///< whose plays may be missing: "recent"
  std::string_view reason;  ///< in words for people
};

/// Appends the gap as one event.
void AddGap(const GapFact& fact, std::string_view listener, EventBatch& batch);

}  // namespace earprint::model
