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
  std::string_view added;             ///< "YYYY-MM-DD" or an instant, as stated, or empty
  std::string_view kind = {};         ///< what is no track: "episode"; "gone" from the catalogue
  std::string_view linked_from = {};  ///< the id that the list holds, where another was served for it
  std::string_view isrc = {};
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

/// What a statement of Spotify's Web API says of a playlist: all that it holds, that its items may not be
/// read, or that it is no longer among the listener's.
enum class PlaylistHeld : std::uint8_t { kWhole, kBarred, kEnded };

std::string_view HeldName(PlaylistHeld held);

/// A playlist as the Web API states it at an instant.
struct ServedPlaylistFact {
  std::string_view playlist_id;
  std::string_view name;
  std::string_view snapshot;  ///< the service's name for this state of the list
  PlaylistHeld held = PlaylistHeld::kWhole;
  std::uint32_t turn = 0;  ///< how often another statement of this list came before: A, B, A are three
  std::int64_t stated_at_ms = 0;
  std::vector<NamedTrack> tracks = {};
};

/// Appends the statement as one event. Its instant is not part of its id: what was read twice is told once.
void AddServedPlaylist(const ServedPlaylistFact& fact, std::string_view listener, EventBatch& batch);

/// Appends a saved track of the listener's library as one event.
void AddSavedTrack(const NamedTrack& track, std::string_view listener, EventBatch& batch);

}  // namespace earprint::model
