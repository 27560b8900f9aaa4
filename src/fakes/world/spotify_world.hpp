#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/utc_time.hpp"
#include "fakes/world/listening_script.hpp"

namespace earprint::fakes {

/// Audio features in Spotify's units.
struct WorldFeatures {
  double danceability = 0, energy = 0, loudness = 0, speechiness = 0, acousticness = 0;
  double instrumentalness = 0, liveness = 0, valence = 0, tempo = 0;
  int key = 0, mode = 0, time_signature = 4;
};

struct WorldArtist {
  std::string id, name;
  std::vector<std::string> genres;
  int popularity = 0;
  std::int64_t followers = 0;
};

struct WorldAlbum {
  std::string id, name;
  std::string type = "album";  ///< album, single or compilation
  std::vector<std::size_t> artists;
  std::vector<std::size_t> tracks;
  std::string release_date = "2001";
  std::string precision = "year";
  std::string label, upc;
  int popularity = 0;
};

struct WorldTrack {
  std::string id, name, isrc;
  std::size_t album = 0;
  std::vector<std::size_t> artists;
  std::int64_t duration_ms = 200'000;
  int number = 1;
  int popularity = 0;
  bool is_explicit = false;
  std::optional<WorldFeatures> features;
  std::optional<std::size_t> plays_as;  ///< with a market another id comes instead (relinking)
  bool is_barred = false;               ///< with a market it cannot be played, and nothing comes instead
};

struct WorldShow {
  std::string id, name, publisher;
};

struct WorldEpisode {
  std::string id, name;
  std::size_t show = 0;
  std::int64_t duration_ms = 1'800'000;
  std::string release_date = "2024-02-01";
};

struct WorldLocalFile {
  std::string artist, album, title;
  std::int64_t duration_ms = 180'000;
};

struct WorldEntry {
  ItemKind kind = ItemKind::kTrack;  ///< kAd stands for what is gone from the catalogue: a null
  std::size_t item = 0;
  std::optional<base::UtcMs> added;  ///< nothing in very old playlists
  std::string added_by;              ///< a listener's id, or nothing
};

struct WorldPlaylist {
  std::string id, name;
  std::string owner;  ///< a listener's id; "spotify" for editorial ones
  std::vector<std::string> collaborators;
  std::optional<std::string> description;
  std::optional<bool> is_public = true;
  bool is_collaborative = false;
  std::vector<WorldEntry> entries;
  std::uint64_t version = 1;  ///< every change raises it; the snapshot id follows from it
};

struct WorldSaved {
  std::size_t item = 0;
  base::UtcMs added;
};

struct WorldListener {
  std::string id;
  std::optional<std::string> name;
  std::string account_id, email;
  std::string country = "FR", product = "premium";
  ListeningScript script;
  std::vector<WorldSaved> saved_tracks, saved_albums;  ///< newest first
  std::vector<std::size_t> followed_artists;
  std::vector<std::string> playlists;  ///< ids, own and followed, as they are listed; an empty text is a null
  std::vector<std::size_t> top_tracks, top_artists;
};

/// Everything that there is to hear, and who hears it. Tests fill it by hand; `InventWorld` fills it from a
/// seed.
struct SpotifyWorld {
  std::vector<WorldArtist> artists;
  std::vector<WorldAlbum> albums;
  std::vector<WorldTrack> tracks;
  std::vector<WorldShow> shows;
  std::vector<WorldEpisode> episodes;
  std::vector<WorldLocalFile> local_files;
  std::vector<WorldListener> listeners;
  std::vector<WorldPlaylist> playlists;

  std::optional<std::size_t> TrackOf(std::string_view id) const;
  std::optional<std::size_t> AlbumOf(std::string_view id) const;
  std::optional<std::size_t> ArtistOf(std::string_view id) const;
  std::optional<std::size_t> EpisodeOf(std::string_view id) const;
  std::optional<std::size_t> ShowOf(std::string_view id) const;
  WorldPlaylist* PlaylistOf(std::string_view id);
  WorldListener* ListenerOf(std::string_view id);

  /// Whether there is such a thing to hear.
  bool Has(ItemKind kind, std::size_t item) const;

  /// How long something plays when it is heard to its end.
  std::int64_t DurationMs(ItemKind kind, std::size_t item) const;

 private:
  /// Built at the first question, and anew when something was added since.
  template <typename Things>
  static std::optional<std::size_t> Place(const Things& things, std::string_view id,
                                          std::map<std::string, std::size_t, std::less<>>& index);
  mutable std::array<std::map<std::string, std::size_t, std::less<>>, 5> indexes_;
};

}  // namespace earprint::fakes
