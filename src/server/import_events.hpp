#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ports/importer.hpp"

namespace earprint::server {

// An import's progress on its way over HTTP: written by the server, read back by a command of this machine.
// Events: `progress`, `file` for each file, and at the end `done` or `error` (a problem document).

std::string ProgressJson(const ports::ImportProgress& progress);
std::string FileJson(const ports::FileReport& report);
std::string SummaryJson(const ports::ImportSummary& summary);

/// A problem document as the error that it tells. Text that is no such document gives a plain error.
base::Error ReadProblem(std::string_view json);

/// Takes an import's events out of server-sent bytes, however they are cut, and hands them to an observer.
///
/// Shape:   what is no event of an import is passed over; an event beyond kEventBytesMax is dropped.
/// Effects: calls the observer from Take. Not thread-safe; the observer must outlive the reader.
class ImportEventReader {
 public:
  static constexpr std::size_t kEventBytesMax = 1U << 20;

  explicit ImportEventReader(const ports::ImportObserver& observer) : observer_(observer) {}

  void Take(std::string_view bytes);

  /// What the import came to. Errors: kRetryLater the stream ended before the import did · as the server told
  /// it.
  base::Result<ports::ImportSummary> End();

  /// What came and was no event, at most its beginning: the body of a refusal.
  const std::string& rest() const { return line_; }

 private:
  void TakeLine(std::string_view line);
  void TakeEvent();

  const ports::ImportObserver& observer_;
  std::string line_, name_, data_;
  bool dropped_ = false;  ///< the event that is coming is too long
  bool done_ = false;
  ports::ImportSummary summary_;
  std::optional<base::Error> error_;
};

}  // namespace earprint::server
