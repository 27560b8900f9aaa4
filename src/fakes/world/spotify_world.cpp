#include "fakes/world/spotify_world.hpp"

namespace earprint::fakes {

namespace {
constexpr std::int64_t kAdMs = 30'000;
}

template <typename Things>
std::optional<std::size_t> SpotifyWorld::Place(const Things& things, std::string_view id,
                                               std::map<std::string, std::size_t, std::less<>>& index) {
  if (index.size() != things.size()) {
    index.clear();
    for (std::size_t i = 0; i < things.size(); ++i) index.emplace(things[i].id, i);
  }
  const auto found = index.find(id);
  if (found == index.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> SpotifyWorld::TrackOf(std::string_view id) const {
  return Place(tracks, id, indexes_[0]);
}
std::optional<std::size_t> SpotifyWorld::AlbumOf(std::string_view id) const {
  return Place(albums, id, indexes_[1]);
}
std::optional<std::size_t> SpotifyWorld::ArtistOf(std::string_view id) const {
  return Place(artists, id, indexes_[2]);
}
std::optional<std::size_t> SpotifyWorld::EpisodeOf(std::string_view id) const {
  return Place(episodes, id, indexes_[3]);
}
std::optional<std::size_t> SpotifyWorld::ShowOf(std::string_view id) const {
  return Place(shows, id, indexes_[4]);
}

WorldPlaylist* SpotifyWorld::PlaylistOf(std::string_view id) {
  for (WorldPlaylist& each : playlists) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

WorldListener* SpotifyWorld::ListenerOf(std::string_view id) {
  for (WorldListener& each : listeners) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

bool SpotifyWorld::Has(ItemKind kind, std::size_t item) const {
  switch (kind) {
    case ItemKind::kTrack:
      return item < tracks.size();
    case ItemKind::kEpisode:
      return item < episodes.size();
    case ItemKind::kLocal:
      return item < local_files.size();
    case ItemKind::kAd:
      return true;
  }
  return false;
}

std::int64_t SpotifyWorld::DurationMs(ItemKind kind, std::size_t item) const {
  switch (kind) {
    case ItemKind::kTrack:
      return tracks[item].duration_ms;
    case ItemKind::kEpisode:
      return episodes[item].duration_ms;
    case ItemKind::kLocal:
      return local_files[item].duration_ms;
    case ItemKind::kAd:
      return kAdMs;
  }
  return 0;
}

}  // namespace earprint::fakes
