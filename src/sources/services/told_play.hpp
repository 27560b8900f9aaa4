#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/event_batch.hpp"

namespace earprint::sources {

/// Another service that keeps a history of what was heard.
enum class HistoryService : std::uint8_t { kBrainz, kLastFm, kMaloja, kKoito };

/// "listenbrainz", …: the source of its events.
std::string_view ServiceSource(HistoryService service);

/// A play as another service tells it; views into the file's bytes.
struct ToldPlay {
  std::optional<std::int64_t> stamp_ms;
  std::int64_t stamp_precision_ms = 1'000;
  /// The stamp is what Spotify's list of recent plays gave: the end mostly. Else it is the start.
  bool is_spotify_stamp = false;
  std::optional<std::int64_t> length_ms, heard_ms;  ///< of the track; of it what was heard
  std::string_view title, artist, album, item_id, isrc;
  std::uint32_t twin = 0;
};

/// Whom a file's plays are of, and what may be believed.
struct ToldPlayOptions {
  std::string listener = "me";
  std::int64_t latest_ms = 0;
  /// What of a refused record may be kept: all but its personal fields, cut to model::kRejectRawMax bytes.
  std::string (*kept)(std::string_view record) = nullptr;
};

/// Appends the play as one event (sql/lake.md tells how the stamp is kept). Gives the reason when it cannot
/// be a play, else an empty text.
std::string AddToldPlay(const ToldPlay& told, HistoryService service, const ToldPlayOptions& options,
                        model::EventBatch& batch);

/// "06 Sep 2026, 14:23" with or without its comma, as Last.fm writes a minute in UTC; milliseconds.
std::optional<std::int64_t> ParseLastFmMinute(std::string_view text);

}  // namespace earprint::sources
