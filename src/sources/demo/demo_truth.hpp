#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace earprint::sources {

/// The bad rows that are planted among the good ones; an import must refuse each of them and nothing else.
enum class DemoFault : std::uint8_t {
  kMissingTs,   ///< no field `ts`
  kNegativeMs,  ///< ms_played below zero
  kTextMs,      ///< ms_played is a text
  kFarFuture,   ///< ends in the year 2100
  kMissingMs,   ///< no field `ms_played`
};

inline constexpr std::size_t kDemoFaults = 5;

/// What is really in a written demo, for tests to hold an import against.
///
/// Shape: rows_written = plays_true + duplicates_planted + rejects_planted; plays_true = tracks + podcasts +
///        videos + withheld. Videos stand in their own file. Streams are plays of 30 s or more, of all kinds.
/// Units: instants in milliseconds since 1970-01-01 UTC, ends of plays.
struct DemoTruth {
  std::uint64_t plays_true = 0;  ///< distinct plays
  std::uint64_t tracks = 0, podcasts = 0, videos = 0, withheld = 0;
  std::uint64_t played_ms = 0;
  std::uint64_t streams = 0, streams_ms = 0;
  std::uint64_t skipped = 0, shuffled = 0, offline = 0, in_private = 0, abroad = 0;
  std::uint64_t distinct_tracks = 0, distinct_artists = 0;  ///< by tracks and videos with a name
  std::uint64_t top_artist_plays = 0;
  std::string top_artist;
  std::int64_t first_ended_ms = 0, last_ended_ms = 0;

  std::uint64_t rows_written = 0, rows_video = 0;
  std::uint64_t duplicates_planted = 0;  ///< rows that tell a play once more, in the same or the next file
  std::uint64_t rejects_planted = 0;
  std::array<std::uint64_t, kDemoFaults> rejects_by_fault{};
  std::uint64_t same_second_planted = 0;  ///< plays moved onto the end of another one (they overlap)
  std::uint64_t history_files = 0, history_bytes = 0;

  std::uint64_t catalogue_tracks = 0, catalogue_rows = 0, catalogue_unanalysed = 0;
  std::uint64_t named_catalogue_rows = 0, named_catalogue_disagreeing = 0;
  std::uint64_t playlists = 0, playlist_tracks = 0, saved_tracks = 0;
};

}  // namespace earprint::sources
