#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "model/event_batch.hpp"

namespace earprint::model {

/// What was played. Music stands for tracks with an id, local files and rows whose track was withheld.
enum class PlayKind : std::uint8_t { kTrack, kEpisode, kAudiobook, kUnknown };

/// "track", "episode", "audiobook", "unknown".
std::string_view KindName(PlayKind kind);

/// One row of a history as a source stated it; views into the source's bytes.
///
/// Units: ended_at_ms since 1970-01-01 UTC, the END of the play (of source "recent" the instant that
///        Spotify's list of recent plays gives, which is the start at times); ended_precision_ms 1000, 60000
///        where the source knows minutes only, or how far apart the player was looked at; played_ms
///        milliseconds heard (of "recent" the track's length, since nothing else is told).
struct PlayFact {
  std::string_view source;  ///< "extended", "account", "csv", "player", "recent"
  PlayKind kind = PlayKind::kUnknown;
  std::int64_t ended_at_ms = 0;
  std::int64_t ended_precision_ms = 1000;
  std::int64_t played_ms = 0;
  std::string_view item_id;  ///< 22 base-62 characters, "local:…", or empty where the source knows none
  std::string_view title;    ///< track, episode or chapter
  std::string_view artist;   ///< album artist, show or audiobook
  std::string_view album;
  std::string_view platform, country, reason_start, reason_end;
  std::optional<bool> shuffle, skipped, offline, is_private;
  std::optional<std::int64_t> offline_at_ms;
  std::optional<std::int64_t> began_at_ms;  ///< where the player was seen to begin
  /// Looks at the player: the last one before it, the last one that saw it, and the first one after it.
  /// Between the first two it began, between the last two it ended.
  std::optional<std::int64_t> looked_before_ms, last_seen_ms, looked_after_ms;
  /// When the list of recent plays was seen to hold it: it had ended by then. No part of the statement, so
  /// not of the id: where one entry is told again, the first telling stands.
  std::optional<std::int64_t> shown_at_ms;
  std::string_view isrc;
  std::string_view context_uri;  ///< the album or playlist that it was played from
  bool is_video = false;
  /// Which of several that agree in everything that tells one play from another; 0 = the first. In the list
  /// of recent plays the place among those of one stamp, oldest first: one's end may be the next one's start.
  std::uint32_t twin = 0;
};

/// First instant that a play can have: the year in which Spotify was founded.
inline constexpr std::int64_t kEarliestPlayMs = 1'136'073'600'000;  // 2006-01-01
/// Longest believable single play; more is a broken clock or counter.
inline constexpr std::int64_t kPlayedMsMax = 7 * 86'400'000LL;
inline constexpr std::size_t kTextBytesMax = 4'096;

/// Says why a fact cannot be a play, or nothing. `latest_ms`: the latest believable end (now plus a day).
std::optional<std::string> WhyImpossible(const PlayFact& fact, std::int64_t latest_ms);

/// Appends the fact as an event line to a batch, and its reference. The id's identity is made of listener,
/// kind, item (or names), end and milliseconds; its details of everything else.
void AddPlay(const PlayFact& fact, std::string_view listener, EventBatch& batch);

/// Takes the 22-character id out of "spotify:track:ID", ".../track/ID?…" or a bare id; empty when there is
/// none. `noun` is "track" or "episode".
std::string_view ItemId(std::string_view text, std::string_view noun);

}  // namespace earprint::model
