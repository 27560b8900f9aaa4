#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/event_log.hpp"

namespace earprint::adapters {

/// The embedded log: segment files that are at the same time the lake.
///
/// Layout:  <lake>/type=play/date=2026-11-23/<first offset, 20 digits>.jsonl.zst, where the date is the day
/// of arrival.
///          A segment is a row of zstd frames, each with a checksum; a frame is what one Append wrote, so any
///          frame-aligned stretch is itself a readable .jsonl.zst. An offset counts packed bytes since the
///          first segment.
/// Effects: Open removes a torn tail (an unfinished or damaged last frame of the newest segment, left by a
///          kill) and says how many bytes that were. One writer per folder: the caller holds the data
///          folder's lock.
class SegmentEventLog final : public ports::EventLog {
 public:
  /// A new segment is begun when the newest has this many packed bytes.
  static constexpr std::uint64_t kSegmentBytesMax = 16ULL << 20;
  /// Half of what a frame may hold, in which others stand beside it.
  static constexpr std::size_t kEventBytesMax = 128U << 20;

  static base::Result<std::unique_ptr<SegmentEventLog>> Open(const std::string& lake_folder,
                                                             const ports::Clock& clock);
  /// Opens what another process may be writing to, to be read alone: nothing is made or repaired, an
  /// unfinished last frame is not there, and what comes later is not seen. Append and Sync refuse with
  /// kUnsupported.
  static base::Result<std::unique_ptr<SegmentEventLog>> OpenToRead(const std::string& lake_folder,
                                                                   const ports::Clock& clock);
  ~SegmentEventLog() override;
  SegmentEventLog(const SegmentEventLog&) = delete;
  SegmentEventLog& operator=(const SegmentEventLog&) = delete;

  std::string Pack(std::string_view lines) const override;
  std::size_t EventBytesMax() const override { return kEventBytesMax; }
  base::Result<void> Append(model::EventType type, std::string_view frame) override;
  base::Result<void> Sync() override;
  std::uint64_t End(model::EventType type) const override;
  base::Result<std::vector<std::string>> FilesFrom(model::EventType type, std::uint64_t from_offset,
                                                   const std::string& scratch_folder) const override;
  base::Result<void> ReadFrames(model::EventType type, std::uint64_t from_offset,
                                const FrameSink& sink) const override;
  base::Result<std::string> Unpack(std::string_view frame) const override;

  /// Writes into an empty folder a lake that holds just the lines that `keep` wants, each in a segment of its
  /// old day, and makes it durable. Errors: kCorrupt damaged events · kRetryLater the disk · those of `keep`.
  using LineFilter = std::function<base::Result<bool>(model::EventType type, std::string_view line)>;
  base::Result<void> CopyTo(const std::string& folder, const LineFilter& keep) const;

  /// Bytes of torn tails that Open removed; 0 after a clean stop.
  std::uint64_t repaired_bytes() const { return repaired_bytes_; }

 private:
  struct Segment {
    std::string path;
    std::uint64_t first_offset = 0;
    std::uint64_t size_bytes = 0;
  };
  struct Sequence {
    std::vector<Segment> segments;
    int descriptor = -1;  ///< of the newest segment, open for appending
    bool unsynced = false;
  };

  SegmentEventLog(std::string lake_folder, const ports::Clock& clock);
  base::Result<void> CheckOffset(model::EventType type, std::uint64_t offset) const;
  base::Result<void> LoadSequence(model::EventType type);
  base::Result<void> RepairTail(Segment& segment);
  base::Result<void> BeginSegment(model::EventType type);
  base::Result<void> SyncSequence(Sequence& sequence);
  base::Result<std::uint64_t> CopySegment(model::EventType type, const Segment& segment,
                                          const std::string& copy_path, const LineFilter& keep) const;
  Sequence& Of(model::EventType type) { return sequences_[static_cast<std::size_t>(type)]; }
  const Sequence& Of(model::EventType type) const { return sequences_[static_cast<std::size_t>(type)]; }

  std::string lake_folder_;
  const ports::Clock& clock_;
  bool is_to_read_ = false;
  std::array<Sequence, model::kEventTypes.size()> sequences_;
  std::uint64_t repaired_bytes_ = 0;
};

}  // namespace earprint::adapters
