#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace earprint::model {

/// What an event tells of; also the topic it travels on and its folder in the lake.
enum class EventType : std::uint8_t {
  kPlay,
  kAudioFeatures,
  kPlaylist,
  kSavedTrack,
  kSpotifyList,
  kGap,
  kEdit,
  kDeadLetter,
  kSourceFile,  ///< last: what became of a file is told after what it told
};

inline constexpr std::array kEventTypes = {
    EventType::kPlay,       EventType::kAudioFeatures, EventType::kPlaylist,
    EventType::kSavedTrack, EventType::kSpotifyList,   EventType::kGap,
    EventType::kEdit,       EventType::kDeadLetter,    EventType::kSourceFile};

/// "play", "audio_features", …: the CloudEvents type and the name after `type=` in the lake.
std::string_view TypeName(EventType type);

/// Bits of a hash that each half of an id keeps.
inline constexpr std::uint64_t kIdMask = (1ULL << 60) - 1;

/// The deterministic id of an event: the same fact always gets the same id.
///
/// `identity` tells which thing is stated (of a play: listener, track, end, milliseconds), `details` the rest
/// of the statement; 60 bits each, so that a signed SQL integer holds them. Two events that agree in identity
/// but not in details are two witnesses of one thing.
struct EventId {
  std::uint64_t identity = 0;
  std::uint64_t details = 0;
  bool operator==(const EventId&) const = default;

  /// 30 lower-case hexadecimal digits, identity first.
  void AppendHexTo(std::string& out) const;
};

/// Appends one line of JSON: the CloudEvents 1.0 envelope up to and including `"data":`. The caller appends
/// the payload object and then "}\n".
void AppendEnvelope(EventType type, const EventId& id, std::string_view source, std::string_view listener,
                    std::int64_t time_ms, std::string& out);

/// Whose an event is and where it came from, as AppendEnvelope wrote them.
struct EventHead {
  std::string_view source;        ///< "extended", "recent", …
  std::string_view subject_json;  ///< the listener as a JSON string, with its quotes
};

/// The head of a line of the log; nothing where it is none. Points into the line.
std::optional<EventHead> HeadOf(std::string_view line);

/// Whether a source of events is Spotify's Web API, whose data leave with the connection.
bool IsFromApi(std::string_view source);

}  // namespace earprint::model
