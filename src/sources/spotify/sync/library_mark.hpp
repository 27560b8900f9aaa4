#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "model/library_fact.hpp"

namespace earprint::sources::spotify {

/// What was last told of a playlist.
struct KnownPlaylist {
  std::string name, snapshot;
  std::string cover_url;  ///< empty: it has none
  model::PlaylistHeld held = model::PlaylistHeld::kWhole;
  std::string contents;               ///< a hash of what it held; empty where that was not told
  std::uint32_t turn = 0;             ///< how often what is told of it was another than before
  bool is_told = true;                ///< false: about to be told, and not known to have arrived
  std::int64_t read_at_ms = 0;        ///< when its items were last read, and
  std::int64_t requests = 0;          ///< how many that took
  std::int64_t missing_since_ms = 0;  ///< the first listing without it; 0: the last listing had it
};

/// How far a listener's library was read: what is not in here is read again.
///
/// Errors: a document that cannot be read is as none: everything is read again, and known by its ids.
struct LibraryMark {
  static LibraryMark FromDocument(std::string_view document);
  std::string Document() const;

  std::int64_t listed_at_ms = 0;  ///< the last whole listing
  std::map<std::string, KnownPlaylist> playlists;
};

}  // namespace earprint::sources::spotify
