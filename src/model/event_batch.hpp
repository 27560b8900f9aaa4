#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/event.hpp"

namespace earprint::model {

/// Where one event's line stands in EventBatch::lines.
struct EventRef {
  EventType type = EventType::kPlay;
  EventId id;
  std::uint32_t begin = 0;
  std::uint32_t size = 0;  ///< line end included
};

/// A record that could not become an event, kept with its reason.
struct Reject {
  std::uint64_t record = 0;  ///< 0-based within the batch; the collector makes it a place in the file
  std::uint64_t byte = 0;    ///< where the record begins in the file
  std::string reason;        ///< "ms_played is negative (-5)"
  std::string raw;           ///< the record as it stood, personal fields removed, at most kRejectRawMax bytes
};

inline constexpr std::size_t kRejectRawMax = 2'000;

/// What one stretch of a file turned into. `read` = records seen; each of them is an event or a reject.
/// A record may state further events beside its first (a playlist file: one event a playlist): `read` counts
/// what the file calls a record, so read == events.size() + rejects.size() always holds.
struct EventBatch {
  std::string lines;
  std::vector<EventRef> events;
  std::vector<Reject> rejects;
  std::uint64_t read = 0;
};

/// An event before it is a line.
struct EventText {
  EventType type;
  std::string_view source;    ///< "account"
  std::string_view identity;  ///< what is stated of which thing; half of the id is its hash
  std::string_view payload;   ///< a JSON object; the other half of the id
  std::int64_t time_ms = 0;
};

/// Appends an event as a line, and its reference.
void AddEvent(const EventText& event, std::string_view listener, EventBatch& batch);

/// Work that yields a batch; may run on any thread, independent of its neighbours.
using BatchTask = std::function<EventBatch()>;

}  // namespace earprint::model
