#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/utc_time.hpp"

namespace earprint::fakes {

enum class ItemKind : std::uint8_t { kTrack, kEpisode, kLocal, kAd };

enum class PlayEnding : std::uint8_t {
  kRanOut,
  kSkipped,
  kStopped,  ///< the listener left; the player stands paused for a while
};

struct ScriptPause {
  std::int64_t at_ms = 0;  ///< heard until then
  std::int64_t for_ms = 0;
};

/// One play as it truly happened.
///
/// Units: `started` is the start; the end is start + heard + pauses. All on one device at a time.
struct ScriptPlay {
  ItemKind kind = ItemKind::kTrack;
  std::size_t item = 0;  ///< in the world's list of its kind
  base::UtcMs started;
  std::int64_t played_ms = 0;
  PlayEnding ending = PlayEnding::kRanOut;
  std::vector<ScriptPause> pauses;  ///< in order of time
  std::string device = "Kitchen";
  std::string device_type = "Speaker";
  bool is_shuffled = false;
  std::string context;  ///< "spotify:album:…", or nothing
  bool is_offline = false;
  bool is_private = false;
  std::optional<base::UtcMs> online_again;  ///< of offline plays: when Spotify learns of it

  base::UtcMs Ended() const;
};

/// What of a play's fate at the API is settled by switches.
struct ShowRules {
  double start_stamped_share = 0;   ///< plays whose played_at is their start
  double skipped_listed_share = 0;  ///< skipped plays of 30 s or more that are listed all the same
  bool drops_private = true;
  std::int64_t lag_ms = 0;  ///< how late the list tells of a play
  std::uint64_t seed = 1;
};

/// A play's fate at the API under the rules.
struct PlayFate {
  bool is_listed = false;  ///< recently-played tells of it, while it is among the newest 50
  base::UtcMs played_at;
  base::UtcMs listed_from;
};

/// What the player does at an instant.
struct PlayerState {
  const ScriptPlay* play = nullptr;  ///< nothing: no device is active (204)
  std::int64_t progress_ms = 0;
  bool is_playing = false;
  base::UtcMs changed;  ///< of the last play, pause or new song
};

inline constexpr std::size_t kWindowPlays = 50;
inline constexpr std::int64_t kIdleAfterMs = 2 * base::kMsPerMinute;
inline constexpr std::int64_t kHeardMs = 30 * base::kMsPerSecond;

/// One listener's time line.
class ListeningScript {
 public:
  /// Adds a play. One under way is cut short, as by a real device, and what was to begin from then on does
  /// not happen.
  void Add(ScriptPlay play);

  const std::vector<ScriptPlay>& plays() const { return plays_; }

  PlayFate FateOf(std::size_t place, const ShowRules& rules) const;

  /// The places of the newest 50 listed plays, by played_at, newest first.
  std::vector<std::size_t> Window(base::UtcMs now, const ShowRules& rules) const;

  PlayerState At(base::UtcMs now) const;

 private:
  std::vector<ScriptPlay> plays_;
};

}  // namespace earprint::fakes
