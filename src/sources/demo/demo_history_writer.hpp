#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sources/demo/demo_catalogue.hpp"
#include "sources/demo/demo_catalogue_writer.hpp"
#include "sources/demo/demo_day_player.hpp"
#include "sources/demo/demo_truth.hpp"

namespace earprint::sources {

/// Begins a file of the given name; the writer it returns gets the bytes.
using DemoOpenFile = std::function<DemoWriter(std::string_view)>;

/// Writes plays as Spotify's extended streaming history (23 keys, indented by two), and plants duplicates and
/// bad rows among them. Keeps the videos, which are few, for a file of their own at the end.
class DemoHistoryWriter {
 public:
  /// All must outlive the writer. Counts what it writes in `truth`.
  DemoHistoryWriter(const DemoOptions& options, const DemoCatalogue& catalogue, const DemoOpenFile& open,
                    DemoTruth& truth);

  /// Begins the next audio file; the last rows of the one before stand in it again.
  void BeginAudioFile(int first_year, int last_year);

  /// Adds a play; in order of time.
  void Add(const DemoPlay& play);

  /// Ends the last audio file, writes that of the videos, and completes the truth.
  void Finish();

 private:
  void Open(const std::string& name);
  void Close();
  void CountTruth(const DemoPlay& play);
  void AddRow(const DemoPlay& play);
  void AddFault(const DemoPlay& play);
  void AppendRow(const DemoPlay& play);
  void AppendInstant(std::int64_t at_s);
  void AppendNames(const DemoPlay& play);
  void Flush(std::size_t above);

  const DemoOptions& options_;
  const DemoCatalogue& catalogue_;
  const DemoOpenFile& open_;
  DemoTruth& truth_;
  DemoWriter write_;
  std::string out_;
  std::string date_;  // of date_day_
  std::int64_t date_day_ = -1;
  bool is_first_row_ = true;
  std::size_t audio_files_ = 0, faults_ = 0, near_duplicates_ = 0;
  std::vector<DemoPlay> latest_;  // the last few rows of this file
  std::vector<DemoPlay> videos_;
  std::vector<std::string> names_;  // by track: the part of a row that is the same at every play
  std::vector<std::uint32_t> plays_by_track_;
};

}  // namespace earprint::sources
