#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ports/importer.hpp"
#include "server/events/event_reader.hpp"

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
/// Shape:   what is no event of an import is passed over, and so is one beyond EventReader::kEventBytesMax.
/// Effects: calls the observer from Take. Not thread-safe; the observer must outlive the reader.
class ImportEventReader {
 public:
  explicit ImportEventReader(const ports::ImportObserver& observer);
  ImportEventReader(const ImportEventReader&) = delete;
  ImportEventReader& operator=(const ImportEventReader&) = delete;

  void Take(std::string_view bytes) { events_.Take(bytes); }

  /// What the import came to. Errors: kRetryLater the stream ended before the import did · as the server told
  /// it.
  base::Result<ports::ImportSummary> End();

  /// What came and was no event, at most its beginning: the body of a refusal.
  const std::string& rest() const { return events_.rest(); }

 private:
  void TakeEvent(std::string_view name, std::string_view data);

  const ports::ImportObserver& observer_;
  EventReader events_;
  bool done_ = false;
  ports::ImportSummary summary_;
  std::optional<base::Error> error_;
};

}  // namespace earprint::server
