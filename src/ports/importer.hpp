#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace earprint::ports {

/// Where an import stands; sent at most a few times a second.
struct ImportProgress {
  std::string phase;  ///< "read" (files into the log) or "build" (log into the warehouse)
  std::uint64_t bytes = 0, total_bytes = 0;
  std::uint64_t records = 0;
  double records_per_second = 0;
  double seconds_left = -1;  ///< negative: not known yet
};

/// What became of one file. read == accepted + duplicate + rejected, always.
struct FileReport {
  std::string file;
  std::string kind;  ///< "extended streaming history", "catalogue", …; empty when refused
  std::uint64_t read = 0;
  std::uint64_t accepted = 0;   ///< records that told something new
  std::uint64_t duplicate = 0;  ///< records that told what was known (a play told again, however often)
  std::uint64_t rejected = 0;   ///< kept with their reason: `earprint query rejects`
  std::uint64_t retold = 0;     ///< of the duplicates: told with other details, kept as further witnesses
  std::string refused;          ///< why nothing of the file was taken; empty when it was read
  std::string note;             ///< what a person should know, e.g. that the file ended early
};

/// How `refused` begins where a file is none that anybody would want to be read.
inline constexpr std::string_view kLeftAlone = "left alone: ";

struct ImportSummary {
  std::vector<FileReport> files;
  FileReport total;
  double seconds = 0;
  std::string data_version;
};

/// Calls during an import, from the importing thread. Either may be empty.
struct ImportObserver {
  std::function<void(const ImportProgress&)> on_progress;
  std::function<void(const FileReport&)> on_file;
};

struct ImportRequest {
  std::vector<std::string> paths;  ///< files, zips or folders of this machine
  /// Empty: the only one there is; "me" on a fresh store; where there are several, only catalogues are taken.
  std::string listener;
  std::string as = "auto";  ///< "auto", "history" or "catalogue"
  /// Name to show in place of a path (an upload lies under a temporary name); empty: the path itself.
  std::string shown_name;
};

/// Imports files into the log and the warehouse. One import at a time; thread-safe (others wait).
class Importer {
 public:
  virtual ~Importer() = default;
  /// Errors: kInvalidInput a listener's name that cannot be · kConflict another process writes here ·
  ///         kCorrupt the lake is damaged · kRetryLater disk full. A file that cannot be read is a report
  ///         with `refused`, not an error.
  virtual base::Result<ImportSummary> Import(const ImportRequest& request,
                                             const ImportObserver& observer) = 0;
};

}  // namespace earprint::ports
