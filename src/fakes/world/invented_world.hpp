#pragma once

#include <cstddef>
#include <cstdint>

#include "base/utc_time.hpp"
#include "fakes/world/spotify_world.hpp"
#include "sources/demo/demo_catalogue.hpp"

namespace earprint::fakes {

struct WorldOptions {
  std::uint64_t seed = 1;
  std::size_t tracks = 400;
  std::size_t listeners = 2;
  base::UtcMs from{1'767'225'600'000};  ///< 2026-01-01; when the scripts begin
  int days = 30;
  int plays_a_day = 100;
  int trips = 0;  ///< as in HabitOptions
};

/// A world of invented music with listeners, playlists and scripts of believable habits.
///
/// Shape: the same options give the same world. Holds every oddity that a client must bear: local files,
///        episodes, entries that are gone, entries without a date, a null among a listener's playlists, an
///        empty playlist without a picture, an editorial one, relinked and barred tracks, tracks without
///        features.
SpotifyWorld InventWorld(const WorldOptions& options);

/// The same with music that is invented already; `options.tracks` does not count.
SpotifyWorld InventWorld(const WorldOptions& options, const sources::DemoCatalogue& catalogue);

}  // namespace earprint::fakes
