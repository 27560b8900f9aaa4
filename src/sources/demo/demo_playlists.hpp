#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sources/demo/demo_calendar.hpp"
#include "sources/demo/demo_catalogue.hpp"
#include "sources/demo/demo_catalogue_writer.hpp"

namespace earprint::sources {

struct DemoPlaylist {
  std::string name;
  std::size_t created = 0;        ///< day index
  std::int64_t modified_day = 0;  ///< local date
  std::vector<std::uint32_t> tracks;
  std::vector<std::int64_t> added_days;  ///< one a track
  bool has_local_file = false, has_episode = false;
};

/// The listener's playlists and saved music.
class DemoPlaylists {
 public:
  DemoPlaylists(const DemoOptions& options, const DemoCatalogue& catalogue, const DemoCalendar& calendar);

  const std::vector<DemoPlaylist>& playlists() const { return playlists_; }
  const std::vector<std::uint32_t>& saved_tracks() const { return saved_tracks_; }

  /// Writes Playlist1.json of the account data.
  ///
  /// Source: "Account data" in docs/sources.md; one of the four kinds of an item is set, the others are null
  void WritePlaylistFile(const DemoWriter& write) const;

  /// Writes YourLibrary.json of the account data.
  void WriteLibraryFile(const DemoWriter& write) const;

 private:
  std::uint64_t seed_;
  const DemoCatalogue& catalogue_;
  std::vector<DemoPlaylist> playlists_;
  std::vector<std::uint32_t> saved_tracks_, saved_albums_, banned_tracks_, followed_artists_;
};

}  // namespace earprint::sources
