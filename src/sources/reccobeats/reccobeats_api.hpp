#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ports/clock.hpp"
#include "ports/http_client.hpp"

namespace earprint::sources::reccobeats {

inline constexpr std::string_view kReccoBeatsUrl = "https://api.reccobeats.com";
/// More in one request are left out by the service without a word.
inline constexpr std::size_t kIdsMax = 40;

/// What ReccoBeats tells of one track. It tells no time signature.
struct TrackSound {
  std::string track_id;  ///< Spotify's, from the end of `href`: `id` is the service's own
  std::string isrc;
  std::optional<double> acousticness, danceability, energy, instrumentalness, liveness, loudness_db, mode,
      speechiness, tempo_bpm, valence;
  std::optional<double> key;  ///< none where it was not detected (-1)
};

/// A row of an answer that names no track, as it stood.
struct UnreadRow {
  std::string reason, raw;
};

struct SoundAnswer {
  std::vector<TrackSound> tracks;  ///< in any order; unknown ones are missing
  std::vector<UnreadRow> unread;
};

/// Asks ReccoBeats for audio features by Spotify's track ids. Nothing else is sent.
///
/// Errors:  kRetryLater 429, with the instant before which nobody need come back, a failure of theirs, or no
///          network · kCorrupt an answer that is none of theirs · kInvalidInput an address that is neither
///          https nor this machine, and ids that it does not take.
/// Source:  docs/features.md; their OpenAPI description, read 2026-11.
class ReccoBeatsApi {
 public:
  static base::Result<ReccoBeatsApi> Make(ports::HttpClient& http, const ports::Clock& clock,
                                          std::string url);

  /// At most kIdsMax ids.
  base::Result<SoundAnswer> Ask(const std::vector<std::string>& ids, const std::stop_token& cancel = {});

 private:
  ReccoBeatsApi(ports::HttpClient& http, const ports::Clock& clock, std::string url)
      : http_(&http), clock_(&clock), url_(std::move(url)) {}

  ports::HttpClient* http_;
  const ports::Clock* clock_;
  std::string url_;
};

}  // namespace earprint::sources::reccobeats
