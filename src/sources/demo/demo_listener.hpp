#pragma once

#include <filesystem>
#include <vector>

#include "base/error.hpp"
#include "sources/demo/demo_calendar.hpp"
#include "sources/demo/demo_catalogue.hpp"
#include "sources/demo/demo_history_writer.hpp"
#include "sources/demo/demo_playlists.hpp"
#include "sources/demo/demo_truth.hpp"

namespace earprint::sources {

/// An invented person with years of listening, a catalogue to match, playlists and a library: the privacy
/// export of nobody. The same options give the same bytes on every machine.
///
/// Shape:  as many plays as the options say, as long as they fit into the days. Above some 90 a day the plays
///         come from several devices at once, each of which plays one thing at a time.
/// Units:  instants in UTC; the listener lives in kDemoHomeZone, and is far away for three weeks.
/// Source: docs/sources.md, "Privacy export"
class DemoListener {
 public:
  explicit DemoListener(const DemoOptions& options);

  const DemoOptions& options() const { return options_; }
  const DemoCatalogue& catalogue() const { return catalogue_; }
  const DemoPlaylists& playlists() const { return playlists_; }
  std::size_t devices() const { return devices_; }

  /// Writes the Streaming_History files, about 15,000 rows each, day by day in constant memory.
  ///
  /// Effects: calls `open` once a file; a file is complete when the next one is opened, or at the return.
  DemoTruth WriteHistory(const DemoOpenFile& open) const;

  /// Adds what the catalogues and playlists hold to a truth.
  void WriteCatalogue(const DemoWriter& write, DemoTruth& truth) const;
  void WriteCatalogueByName(const DemoWriter& write, DemoTruth& truth) const;
  void WritePlaylistFile(const DemoWriter& write, DemoTruth& truth) const;
  void WriteLibraryFile(const DemoWriter& write, DemoTruth& truth) const;

 private:
  DemoOptions options_;
  DemoCatalogue catalogue_;
  DemoCalendar calendar_;
  DemoPlaylists playlists_;
  std::size_t devices_;
};

/// Writes the demo listener's files into a folder, which is made if it is not there.
///
/// Shape:  "Spotify Extended Streaming History/Streaming_History_*.json", "Spotify Account
///         Data/Playlist1.json" and "YourLibrary.json", "catalogues/tracks.csv" and "tracks_by_name.csv".
/// Errors: kInvalidInput the last day lies before the first · kRetryLater a file cannot be written (names
///         it).
/// Effects: overwrites files of these names; safe to repeat.
base::Result<DemoTruth> WriteDemo(const std::filesystem::path& folder, const DemoOptions& options);

}  // namespace earprint::sources
