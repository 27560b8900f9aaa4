#pragma once

#include <algorithm>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/spotify/sync/heard_item.hpp"

namespace earprint::sources::spotify {

/// What one look at the player showed.
struct PlayerLook {
  std::int64_t at_ms = 0;         ///< when, by our clock
  std::optional<HeardItem> item;  ///< nothing: nothing plays, or an advertisement
  bool is_playing = false;
  std::int64_t progress_ms = 0;
  std::string device_type, context_uri;
  std::optional<bool> shuffle, is_private;
  bool has_player = false;         ///< false: 204, no player is there
  std::int64_t changed_at_ms = 0;  ///< the service's last change of state; 0: it does not tell
};

/// A look at a player's state; nothing for an answer of 204.
PlayerLook LookAt(const std::optional<PlayerState>& state, std::int64_t at_ms);

/// A look as it is kept between two processes. What cannot be read of it is as not told.
boost::json::object WriteLook(const PlayerLook& look);
PlayerLook ReadLook(const boost::json::object& object);

/// So far this machine's clock and Spotify's may be apart, where a look is held against a stamp.
inline constexpr std::int64_t kClocksApartMs = 30'000;

/// A play as looking at the player measured it.
struct WatchedPlay {
  HeardItem item;
  std::int64_t began_ms = 0;
  std::int64_t looked_before_ms = 0;  ///< the last look that did not see it; 0: there was none
  /// The last look at which it played, or when it paused, and the first look after it: in between it ended.
  std::int64_t last_seen_ms = 0, looked_after_ms = 0;
  std::int64_t ended_ms = 0;
  std::int64_t ended_precision_ms = 1'000;  ///< how far the end may be off, to either side
  std::int64_t heard_ms = 0;
  bool was_skipped = false;
  std::string device_type, context_uri;
  std::optional<bool> shuffle, is_private;

  /// Refers to this play.
  model::PlayFact Fact() const;
};

/// Makes plays of looks: when a track began and ended, and what was really heard of it, pauses and seeks left
/// out.
///
/// Shape:   looks in the order of time; one that comes late is passed over. A play is told when a look shows
///          that it has ended. What is known can be written out after any look and read by the next process,
///          which goes on as if nothing had happened. One that is not seen for a while, though nothing else
///          is, may go on: it is told when something else is seen, or nothing for hours.
/// Units:   between two looks a track that plays is taken to play on; one that could have run out before the
///          next thing began has run out, and one that could not was skipped when that began.
/// Errors:  none; a document that cannot be read is as none.
class PlayerWatch {
 public:
  static PlayerWatch FromDocument(std::string_view document);
  std::string Document() const;
  boost::json::object Written() const;  ///< the same, to be kept with something else

  /// Before looks that a clock which was set back dates: what was seen counts as seen by now, where it would
  /// lie over 30 s ahead. Else no look would count until time has caught up.
  void HeedClock(std::int64_t now_ms);

  /// `listed_at_ms` is the first stamp in the list of recent plays that is later than last_seen_ms() by more
  /// than clocks are apart, 0 where there is none: something ended or began then, so what was seen before is
  /// over by that instant.
  void See(const PlayerLook& look, std::int64_t listed_at_ms = 0);
  std::int64_t last_seen_ms() const { return last_.at_ms; }
  /// At that instant what was seen last is not known to go on.
  bool WasAway(std::int64_t at_ms) const;

  /// Plays that looks have shown to be over, until Confirm.
  const std::vector<WatchedPlay>& over() const { return over_; }
  void Confirm() { over_.clear(); }

  /// When to look again, counted from the last look: at the end of the track, often enough to know of pauses
  /// and skips, and ever more seldom while nothing plays.
  std::int64_t NextLookMs() const;

 private:
  bool MayGoOn(const PlayerLook& look) const;
  void Begin(const PlayerLook& look);
  void Follow(const PlayerLook& look);
  bool HasStartedAnew(const PlayerLook& look) const;
  /// So long after the look before that what went on may have ended in between, unseen.
  bool IsFarFrom(const PlayerLook& look) const;
  /// What a stamp of the list ended before this look; 0 where looks tell more than stamps.
  std::int64_t OverByMs(const PlayerLook& look, std::int64_t listed_at_ms) const;
  WatchedPlay End(const PlayerLook& next, std::int64_t over_by_ms) const;
  static void EndBy(std::int64_t over_by_ms, WatchedPlay& play);

  /// The last look, whether it saw anything or not.
  std::int64_t LatestMs() const { return std::max(last_.at_ms, silent_at_ms_); }

  PlayerLook last_;  ///< the last one that counts: none that found nobody while a play may go on
  std::int64_t began_ms_ = 0;
  std::int64_t looked_before_ms_ = 0;
  std::int64_t paused_at_ms_ = 0;  ///< 0 while it plays
  std::int64_t idle_from_ms_ = 0;  ///< since when nothing is seen of what may go on; 0 while it is seen
  std::int64_t silent_at_ms_ = 0;  ///< the last look that saw nothing of it
  std::int64_t looked_away_until_ms_ = 0;  ///< the end of the last long time without looks in that silence
  std::int64_t heard_ms_ = 0;
  std::int64_t owed_ms_ = 0;  ///< by which the place lies behind the time that went by, if no pause was why
  std::int64_t idle_looks_ = 0;
  std::vector<WatchedPlay> over_;
};

}  // namespace earprint::sources::spotify
