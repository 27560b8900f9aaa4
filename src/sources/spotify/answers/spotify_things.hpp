#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/utc_time.hpp"

namespace earprint::sources::spotify {

// What the service's answers tell, as they tell it. Whatever it may leave out or set to null is optional;
// names that it leaves out are empty. Reference: the service's Web API, "recently played", "playback state",
// "playlists", "tracks", read 2026-11.

struct SpotifyImage {
  std::string url;
  std::optional<std::int64_t> width_px;
  std::optional<std::int64_t> height_px;
};

/// An artist; inside a track or an album only id, uri and name are told. A local file's artist has a name
/// alone.
struct SpotifyArtist {
  std::optional<std::string> id;
  std::optional<std::string> uri;
  std::string name;
  std::vector<std::string> genres;
  std::optional<std::int64_t> popularity;
  std::optional<std::int64_t> followers;
  std::vector<SpotifyImage> images;
};

struct SpotifyAlbum {
  std::optional<std::string> id;
  std::optional<std::string> uri;
  std::string name;  ///< empty after a takedown
  std::optional<std::string> album_type;
  std::optional<std::string> release_date;            ///< as exact as `release_date_precision` says
  std::optional<std::string> release_date_precision;  ///< year, month, day
  std::optional<std::int64_t> total_tracks;
  std::optional<std::string> upc;
  std::vector<SpotifyArtist> artists;
  std::vector<SpotifyImage> images;
};

struct SpotifyTrack {
  std::optional<std::string> id;  ///< none for a local file: its uri is its key
  std::optional<std::string> uri;
  std::string name;
  std::optional<std::int64_t> duration_ms;
  std::optional<bool> is_explicit;
  bool is_local = false;
  std::optional<bool> is_playable;
  std::optional<std::int64_t> disc_number;
  std::optional<std::int64_t> track_number;
  std::optional<std::string> isrc;
  std::optional<std::int64_t> popularity;
  std::optional<std::string> linked_from_id;  ///< the id that was asked for, where the service tells it
  std::optional<std::string> restriction;
  std::optional<SpotifyAlbum> album;
  std::vector<SpotifyArtist> artists;
};

struct SpotifyEpisode {
  std::optional<std::string> id;
  std::optional<std::string> uri;
  std::string name;
  std::optional<std::int64_t> duration_ms;
  std::optional<bool> is_explicit;
  std::optional<std::string> release_date;
  std::optional<std::string> show_id;
  std::optional<std::string> show_name;
  std::optional<bool> is_fully_played;
  std::optional<std::int64_t> resume_position_ms;
};

/// What a player plays or a playlist holds.
using SpotifyItem = std::variant<SpotifyTrack, SpotifyEpisode>;

/// From what something was played.
struct SpotifyContext {
  std::optional<std::string> type;  ///< album, artist, playlist, collection, show
  std::optional<std::string> uri;
};

struct PlayHistoryItem {
  SpotifyTrack track;
  base::UtcMs played_at;  ///< near the end of the play, in practice; some are its start
  std::optional<SpotifyContext> context;
};

struct SpotifyDevice {
  std::optional<std::string> id;
  std::string name;
  std::optional<std::string> type;
  bool is_active = false;
  bool is_private_session = false;
  bool is_restricted = false;
  std::optional<std::int64_t> volume_percent;
};

/// What plays now. "Currently playing" tells the same without the device, repeat and shuffle.
struct PlayerState {
  std::optional<base::UtcMs> changed_at;  ///< the service's `timestamp`: the last change of state
  std::optional<std::int64_t> progress_ms;
  bool is_playing = false;
  std::string playing_type;         ///< track, episode, ad, unknown
  std::optional<SpotifyItem> item;  ///< none for ads, and for episodes that were not asked for
  std::optional<SpotifyContext> context;
  std::optional<SpotifyDevice> device;
  std::optional<std::string> repeat_state;
  std::optional<bool> is_shuffled;
  std::optional<bool> is_smart_shuffled;
  std::vector<std::string> disallowed;  ///< actions that are not possible now
};

struct SpotifyPlaylist {
  std::string id;
  std::optional<std::string> uri;
  std::string name;
  std::optional<std::string> description;
  std::optional<bool> is_public;
  std::optional<bool> is_collaborative;
  std::optional<std::string> snapshot_id;
  std::optional<std::string> owner_id;
  std::optional<std::string> owner_name;
  std::optional<std::int64_t> items_total;  ///< of `items`, in older answers `tracks`
  std::vector<SpotifyImage> images;
};

struct PlaylistEntry {
  std::optional<base::UtcMs> added_at;  ///< none in very old playlists
  std::optional<std::string> added_by_id;
  bool is_local = false;
  std::optional<SpotifyItem> item;  ///< none when it has left the catalogue
};

struct SavedTrack {
  std::optional<base::UtcMs> added_at;
  SpotifyTrack track;
};

/// Absent may mean 0: for a time the service left zeros out.
struct AudioFeatures {
  std::optional<std::string> id;
  std::optional<double> acousticness, danceability, energy, instrumentalness, liveness, loudness_db,
      speechiness, tempo_bpm, valence;
  std::optional<std::int64_t> key;  ///< -1: not detected
  std::optional<std::int64_t> mode;
  std::optional<std::int64_t> time_signature;
  std::optional<std::int64_t> duration_ms;
};

struct SpotifyUser {
  std::string id;
  std::optional<std::string> account_id;  ///< never changes, as `id` may
  std::optional<std::string> display_name;
  std::optional<std::string> country;
  std::optional<std::string> product;
  std::vector<SpotifyImage> images;
};

}  // namespace earprint::sources::spotify
