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
    case EventType::kSpotifyList:
      return "spotify_list";
    case EventType::kGap:
      return "gap";
    case EventType::kEdit:
      return "edit";
    case EventType::kDeadLetter:
      return "dead_letter";
    case EventType::kSourceFile:
      return "source_file";
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

namespace {

/// Takes a text off the front; false where it is not there.
bool Skip(std::string_view& rest, std::string_view text) {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

/// The length of the JSON string at the front, with its quotes; npos where it does not end.
std::size_t JsonStringSize(std::string_view text) {
  if (!text.starts_with('"')) return std::string_view::npos;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<EventHead> HeadOf(std::string_view line) {
  constexpr std::size_t kIdSize = 32;  // with its quotes
  if (!Skip(line, R"({"specversion":"1.0","id":)") || line.size() < kIdSize) return {};
  line.remove_prefix(kIdSize);
  if (!Skip(line, R"(,"source":)")) return {};
  EventHead head;
  const std::size_t source_size = JsonStringSize(line);
  if (source_size == std::string_view::npos) return {};
  head.source = line.substr(1, source_size - 2);
  line.remove_prefix(source_size);
  if (!Skip(line, R"(,"type":)")) return {};
  const std::size_t type_size = JsonStringSize(line);
  if (type_size == std::string_view::npos) return {};
  line.remove_prefix(type_size);
  if (!Skip(line, R"(,"subject":)")) return {};
  const std::size_t subject_size = JsonStringSize(line);
  if (subject_size == std::string_view::npos) return {};
  head.subject_json = line.substr(0, subject_size);
  return head;
}

bool IsFromApi(std::string_view source) {
  return source == "recent" || source == "player" || source.starts_with("spotify");
}

}  // namespace earprint::model
