#include "model/event_batch.hpp"

#include "base/hash.hpp"

namespace earprint::model {

void AddEvent(const EventText& event, std::string_view listener, EventBatch& batch) {
  EventRef ref;
  ref.type = event.type;
  ref.id = {base::HashBytes(event.identity).high & kIdMask, base::HashBytes(event.payload).high & kIdMask};
  ref.begin = static_cast<std::uint32_t>(batch.lines.size());
  AppendEnvelope(event.type, ref.id, event.source, listener, event.time_ms, batch.lines);
  batch.lines += event.payload;
  batch.lines += "}\n";
  ref.size = static_cast<std::uint32_t>(batch.lines.size()) - ref.begin;
  batch.events.push_back(ref);
}

}  // namespace earprint::model
