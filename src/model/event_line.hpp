#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/event.hpp"

namespace earprint::model {

/// What the envelope of one event line tells; points into the line.
struct EventLine {
  EventId id;
  std::string_view id_text;  ///< its 30 digits
  std::string_view type;     ///< "play"
  std::string_view source;
  std::string_view subject_json;  ///< the listener as a JSON string, with its quotes
};

/// The envelope of a line, as AppendEnvelope writes it; nothing where it is none. What `data` holds is not
/// looked at.
std::optional<EventLine> ReadEventLine(std::string_view line);

/// The listener of a line, as text; points into the line or into `scratch`. Nothing where it is no JSON
/// string.
std::optional<std::string_view> ListenerOf(const EventLine& line, std::string& scratch);

/// Writes U+FFFD for every U+0000 that a text in JSON lines holds; the lines keep their lengths. True where
/// there was one. PostgreSQL holds no such text and SQL can name none, and all stores are to answer alike:
/// whoever makes figures or answers of events reads them so. The events themselves stay as they are.
bool ReplaceZeros(std::string& lines);

/// Whether a text can be a listener's name: 1 to kListenerBytesMax bytes of UTF-8 without control characters,
/// or blanks around it.
bool IsListenerName(std::string_view text);
inline constexpr std::size_t kListenerBytesMax = 100;

/// Which of a listener's events are forgotten.
enum class ForgottenPart : std::uint8_t {
  kAll,
  kFromApi,  ///< what came over Spotify's Web API (IsFromApi); what files told stays
};

/// What stands on a shared log where a listener was forgotten: whatever that listener told before it, in this
/// share of the log, is to be erased by all who have it, or that part of it. What comes after it counts.
///
/// Shape: on the topic of each type, under the listener's name, so that it comes behind what it is about;
///        among audio features, which travel under ids, in each share and under a name of its own, where both
///        parts are the same.
std::string ForgottenLine(std::string_view listener, ForgottenPart part = ForgottenPart::kAll);
std::string ForgottenKey(EventType type, std::string_view listener);

struct ForgottenMark {
  std::string_view listener;
  ForgottenPart part = ForgottenPart::kAll;
};

/// Whom and what a message forgets; nothing where it is none of these, or its key tells of somebody else.
/// Points into the key.
std::optional<ForgottenMark> ForgottenIn(EventType type, std::string_view key, std::string_view line);

/// Whether forgetting a listener takes an event: of audio features, which are nobody's, just those that the
/// listener's own login brought.
bool GoesWithListener(EventType type, std::string_view source);

}  // namespace earprint::model
