#include "model/event.hpp"

#include "base/hash.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::model {

std::string_view TypeName(EventType type) {
  switch (type) {
    case EventType::kPlay:
      return "play";
    case EventType::kAudioFeatures:
      return "audio_features";
    case EventType::kPlaylist:
      return "playlist";
    case EventType::kSavedTrack:
      return "saved_track";
    case EventType::kDeadLetter:
      return "dead_letter";
  }
  return "unknown";
}

void EventId::AppendHexTo(std::string& out) const {
  base::AppendHex(identity, 15, out);
  base::AppendHex(details, 15, out);
}

void AppendEnvelope(EventType type, const EventId& id, std::string_view source, std::string_view listener,
                    std::int64_t time_ms, std::string& out) {
  out += R"({"specversion":"1.0","id":")";
  id.AppendHexTo(out);
  out += R"(","source":")";
  out += source;
  out += R"(","type":")";
  out += TypeName(type);
  out += R"(","subject":)";
  base::AppendJsonString(listener, out);
  out += R"(,"time":")";
  out += base::FormatInstant({time_ms});
  out += R"(","data":)";
}

}  // namespace earprint::model
