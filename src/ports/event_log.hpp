#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "model/event.hpp"

namespace earprint::ports {

/// The writing end of a log: takes events of every type.
///
/// Shape: what Append took, whole lines and no others, is on the log when Sync has returned; a kill before
///        that leaves any part of it, each event whole. One listener's events of one type keep their order.
///        To append an event again after a failure or a kill is always allowed: who reads knows an event by
///        its id. A writer is one user's at a time: Sync tells of all that was appended before it, whoever
///        did so. Who works beside another has a writer of its own.
class EventWriter {
 public:
  virtual ~EventWriter() = default;

  /// Packs event lines (each ended by '\n') into a frame. Thread-safe; no effect on the log.
  virtual std::string Pack(std::string_view lines) const = 0;

  /// Bytes of the largest event line that it takes for sure. What has more may end among the dead letters.
  virtual std::size_t EventBytesMax() const = 0;

  /// Hands over one frame made by Pack; waits where the log cannot take more yet.
  /// Errors: kRetryLater the log takes nothing now, and what was appended since the last Sync may not be
  ///         there either: append it again. Only what Pack made of event lines may be given; a log may refuse
  ///         other bytes with kCorrupt.
  virtual base::Result<void> Append(model::EventType type, std::string_view frame) = 0;

  /// Makes everything appended so far durable. Errors: kRetryLater some of what was appended since the last
  /// Sync may not be on the log; append it again · kUnauthorized the log refuses who writes.
  virtual base::Result<void> Sync() = 0;
};

/// The port between those who learn facts and those who use them: append-only, one sequence per event type.
///
/// Shape: an offset is a place in a type's sequence, 0 at the start, growing; the events between two offsets
///        never change. Beyond what a writer promises: a frame is on the log as a whole or not at all (also
///        when Append failed), and what Append took is visible to FilesFrom at once; Sync makes it survive a
///        power cut.
class EventLog : public EventWriter {
 public:
  /// The offset after the last event of a type.
  virtual std::uint64_t End(model::EventType type) const = 0;

  /// Files that together hold exactly what lies at and after an offset, in order: whole segments where they
  /// lie, the tail of one that was read in part copied into `scratch_folder` under the same type=…/date=…
  /// path. Errors: kNotFound an offset that is none of the log's · kRetryLater the disk.
  virtual base::Result<std::vector<std::string>> FilesFrom(model::EventType type, std::uint64_t from_offset,
                                                           const std::string& scratch_folder) const = 0;

  /// Hands out the frames at and after an offset, in order, until the sink fails or says false: enough. The
  /// offset after a frame is the one before it and the frame's size. Errors: as FilesFrom, and the sink's
  /// own.
  using FrameSink = std::function<base::Result<bool>(std::string_view frame)>;
  virtual base::Result<void> ReadFrames(model::EventType type, std::uint64_t from_offset,
                                        const FrameSink& sink) const = 0;

  /// The lines that Pack made a frame of. Thread-safe. Errors: kCorrupt the frame is damaged.
  virtual base::Result<std::string> Unpack(std::string_view frame) const = 0;
};

}  // namespace earprint::ports
