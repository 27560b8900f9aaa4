#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <optional>
#include <string>

#include "base/utc_time.hpp"
#include "log/file_record.hpp"
#include "log/known_events.hpp"
#include "ports/event_log.hpp"
#include "ports/event_source.hpp"
#include "ports/importer.hpp"

namespace earprint::log {

/// What tells one reading of a file from any other: when it began, and the log's end as it did.
struct FileNotes {
  base::UtcMs at;
  std::uint64_t log_end = 0;
};

/// Brings events of sources onto the log, once each, in the order of the sources, and keeps what was refused.
///
/// Shape:  parsing and packing run on as many threads as the machine has cores, judging and appending on the
///         caller's. At most kTasksInFlight stretches are in memory. A rejected record becomes a dead-letter
///         event.
/// Effects: events are durable after Finish; a kill before leaves a prefix of them on the log, all of them
///          whole.
class Collector {
 public:
  static constexpr std::size_t kFrameLinesBytes = 4U << 20;
  /// Stretches read at a time; more would take memory and wait for the one who judges them in order.
  static constexpr unsigned kReadersMax = 6;

  /// `letter_source` is what dead letters are told to come from: files, or "spotify". With `file_notes`
  /// every play tells which record of which file it came from, and each file what became of its records, as
  /// events of type source_file that are on the log after all that the file told.
  Collector(ports::EventWriter& log, KnownEvents& known, std::string letter_source = "import",
            std::optional<FileNotes> file_notes = {});
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  /// Called after every batch with the records read so far of the current file.
  std::function<void(std::uint64_t records)> on_progress;

  /// Reads one source to its end. Errors: the log's and the warehouse's. A source that breaks off is told in
  /// the report's note; what it gave before is kept.
  base::Result<ports::FileReport> Collect(ports::EventSource& source, const std::string& file,
                                          const std::string& listener);

  /// Writes out what is buffered and makes all of it durable.
  base::Result<void> Finish();

 private:
  struct PackedFrame {
    model::EventType type;
    std::future<std::string> frame;
  };

  base::Result<void> Take(model::EventBatch batch, const std::string& listener, ports::FileReport& report);
  void AddDeadLetters(const model::EventBatch& batch, const std::string& listener,
                      const ports::FileReport& report, model::EventBatch& letters) const;
  base::Result<void> Keep(const model::EventBatch& batch, const model::EventRef& event,
                          const Place& place = {});
  void BeginRecord(const ports::FileReport& report, const std::string& listener);
  base::Result<void> EndRecord(ports::FileReport& report);
  base::Result<void> Flush(model::EventType type);
  base::Result<void> AppendPacked(std::size_t leave);

  ports::EventWriter& log_;
  KnownEvents& known_;
  std::array<std::string, model::kEventTypes.size()> outgoing_;
  std::deque<PackedFrame> packed_;
  std::size_t tasks_max_;
  std::string letter_source_;
  std::optional<FileNotes> file_notes_;
  std::optional<FileRecord> record_;  ///< of the file that is being read
  std::uint64_t files_begun_ = 0;
};

}  // namespace earprint::log
