#pragma once

#include <cstdint>

#include "fakes/world/spotify_world.hpp"

namespace earprint::fakes {

struct HabitOptions {
  std::uint64_t seed = 1;
  base::UtcMs from;
  int days = 30;
  int plays_a_day = 100;
  int trips = 0;  ///< days, evenly over the time, with many plays offline and one at home amid them
};

/// Writes a listener's script: sessions over the day with albums, playlists and shuffle, skips, pauses,
/// stops, now and then an ad, an episode, a file of their own, a private session or a stretch without a
/// network.
///
/// Shape: on a trip 64 plays of a phone without a network, all told at its end, and in their middle one on
///        another device, told at once. `days * plays_a_day` plays, one after another, the same for the same
///        options.
void WriteHabits(const HabitOptions& options, const SpotifyWorld& world, WorldListener& listener);

}  // namespace earprint::fakes
