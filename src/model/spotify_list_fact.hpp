#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/event_batch.hpp"

namespace earprint::model {

/// A track or an artist as one of Spotify's lists names it.
struct ListedThing {
  std::string_view id, name;
  std::string_view artist;  ///< of a track
};

/// What Spotify itself says of a listener: whom they follow, what it reckons they play most. Its statement,
/// never mixed with what follows from plays.
struct SpotifyListFact {
  std::string_view list;   ///< "top_tracks", "top_artists", "followed_artists"
  std::string_view range;  ///< of a top list "short_term", "medium_term" or "long_term"
  std::int64_t stated_at_ms = 0;
  std::vector<ListedThing> things = {};  ///< in Spotify's order
};

/// Appends the statement as one event, which tells itself from others of its list by its UTC day.
void AddSpotifyList(const SpotifyListFact& fact, std::string_view listener, EventBatch& batch);

}  // namespace earprint::model
