#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/event_batch.hpp"

namespace earprint::model {

/// A track as a playlist or a library names it; views into the source's bytes.
struct NamedTrack {
  std::string_view item_id;  ///< 22 characters, "local:…" as stated, or empty
  std::string_view title, artist, album;
  std::string_view added;  ///< "YYYY-MM-DD" as stated, or empty
};

/// A playlist as the account data states it. Account data has no playlist ids, so the name is the identity,
/// with an ordinal where one export has two lists of one name.
struct PlaylistFact {
  std::string_view name;
  std::uint32_t ordinal = 0;
  std::string_view modified;  ///< "YYYY-MM-DD" as stated, or empty
  std::vector<NamedTrack> tracks;
};

/// Appends the playlist as one event.
void AddPlaylist(const PlaylistFact& fact, std::string_view listener, EventBatch& batch);

/// Appends a saved track of the listener's library as one event.
void AddSavedTrack(const NamedTrack& track, std::string_view listener, EventBatch& batch);

}  // namespace earprint::model
