#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/event.hpp"

namespace earprint::ports {

/// The port between those who learn facts and those who use them: append-only, one sequence per event type.
///
/// Shape: an offset is a place in a type's sequence, 0 at the start, growing; the events between two offsets
///        never change. What Append took is visible to FilesFrom at once, and survives a power cut after
///        Sync.
class EventLog {
 public:
  virtual ~EventLog() = default;

  /// Packs event lines (each ended by '\n') into a frame. Thread-safe; no effect on the log.
  virtual std::string Pack(std::string_view lines) const = 0;

  /// Appends one frame made by Pack: either the whole frame is on the log or nothing of it.
  /// Errors: kRetryLater the disk is full or failed; the log stays as it was.
  virtual base::Result<void> Append(model::EventType type, std::string_view frame) = 0;

  /// Makes everything appended so far durable. Errors: kRetryLater the disk refuses.
  virtual base::Result<void> Sync() = 0;

  /// The offset after the last event of a type.
  virtual std::uint64_t End(model::EventType type) const = 0;

  /// Files that together hold exactly what lies at and after an offset, in order: whole segments where they
  /// lie, the tail of one that was read in part copied into `scratch_folder` under the same type=…/date=…
  /// path. Errors: kNotFound an offset that is none of the log's · kRetryLater the disk.
  virtual base::Result<std::vector<std::string>> FilesFrom(model::EventType type, std::uint64_t from_offset,
                                                           const std::string& scratch_folder) const = 0;

  /// Hands out the frames at and after an offset, in order, until the sink fails. Errors: as FilesFrom, and
  /// the sink's own.
  using FrameSink = std::function<base::Result<void>(std::string_view frame)>;
  virtual base::Result<void> ReadFrames(model::EventType type, std::uint64_t from_offset,
                                        const FrameSink& sink) const = 0;

  /// The lines that Pack made a frame of. Thread-safe. Errors: kCorrupt the frame is damaged.
  virtual base::Result<std::string> Unpack(std::string_view frame) const = 0;
};

}  // namespace earprint::ports
