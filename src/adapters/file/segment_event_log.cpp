#include "adapters/file/segment_event_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "adapters/file/segment_frame.hpp"

namespace earprint::adapters {

namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

constexpr std::string_view kSegmentSuffix = ".jsonl.zst";

base::Failure DiskFailure(std::string op, std::string subject) {
  const int code = errno;
  return base::Fail(
      ErrorCode::kRetryLater, std::move(op), std::move(subject), std::strerror(code),
      code == ENOSPC ? "free some disk space, then run the same command again" : "check the disk");
}

base::Failure DamagedFrame(const std::string& subject) {
  return base::Fail(ErrorCode::kCorrupt, "read the log", subject, "events in it are damaged",
                    "restore the lake folder from a backup");
}

bool SyncFolder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

/// A file that is written in one go, and then is there for good.
class NewFile {
 public:
  explicit NewFile(std::string path)
      : path_(std::move(path)),
        descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) {}
  ~NewFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  base::Result<void> Write(std::string_view bytes) {
    while (descriptor_ >= 0 && !bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    if (descriptor_ < 0 || !bytes.empty()) return DiskFailure("write a segment", path_);
    return {};
  }
  base::Result<void> Sync() {
    if (descriptor_ < 0 || ::fsync(descriptor_) != 0) return DiskFailure("sync a segment", path_);
    return {};
  }

 private:
  std::string path_;
  int descriptor_;
};

base::Result<void> CopyTail(const std::string& path, std::uint64_t from_byte, const fs::path& copy) {
  std::error_code failed;
  fs::create_directories(copy.parent_path(), failed);
  std::ifstream in(path, std::ios::binary);
  in.seekg(static_cast<std::streamoff>(from_byte));
  std::ofstream out(copy, std::ios::binary | std::ios::trunc);
  out << in.rdbuf();
  if (failed || !in || !out.flush()) return DiskFailure("copy a segment's tail", copy.string());
  return {};
}

}  // namespace

SegmentEventLog::SegmentEventLog(std::string lake_folder, const ports::Clock& clock)
    : lake_folder_(std::move(lake_folder)), clock_(clock) {}

SegmentEventLog::~SegmentEventLog() {
  for (const Sequence& sequence : sequences_) {
    if (sequence.descriptor >= 0) ::close(sequence.descriptor);
  }
}

base::Result<std::unique_ptr<SegmentEventLog>> SegmentEventLog::Open(const std::string& lake_folder,
                                                                     const ports::Clock& clock) {
  std::error_code failed;
  fs::create_directories(lake_folder, failed);
  if (failed) return base::Fail(ErrorCode::kRetryLater, "open the lake", lake_folder, failed.message());
  auto log = std::unique_ptr<SegmentEventLog>(new SegmentEventLog(lake_folder, clock));
  for (const model::EventType type : model::kEventTypes) {
    if (auto loaded = log->LoadSequence(type); !loaded) return std::unexpected(loaded.error());
  }
  return log;
}

base::Result<std::unique_ptr<SegmentEventLog>> SegmentEventLog::OpenToRead(const std::string& lake_folder,
                                                                           const ports::Clock& clock) {
  // A segment that grows or is begun while the folder is listed looks like one that is missing.
  constexpr int kLooksMax = 5;
  for (int look = 1;; ++look) {
    auto log = std::unique_ptr<SegmentEventLog>(new SegmentEventLog(lake_folder, clock));
    log->is_to_read_ = true;
    base::Result<void> loaded;
    for (const model::EventType type : model::kEventTypes) {
      if (loaded) loaded = log->LoadSequence(type);
    }
    if (loaded) return log;
    if (look == kLooksMax) return std::unexpected(loaded.error());
  }
}

base::Result<void> SegmentEventLog::LoadSequence(model::EventType type) {
  const fs::path folder = fs::path(lake_folder_) / fmt::format("type={}", model::TypeName(type));
  std::error_code failed;
  if (!fs::exists(folder, failed)) return {};
  Sequence& sequence = Of(type);
  for (const auto& entry : fs::recursive_directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || !name.ends_with(kSegmentSuffix)) continue;
    Segment segment{entry.path().string(), 0, entry.file_size()};
    const auto read = std::from_chars(name.data(), name.data() + name.size(), segment.first_offset);
    if (read.ec != std::errc() || std::string_view(read.ptr) != kSegmentSuffix) continue;
    sequence.segments.push_back(std::move(segment));
  }
  if (failed) return base::Fail(ErrorCode::kRetryLater, "list the lake", folder.string(), failed.message());
  std::ranges::sort(sequence.segments, {}, &Segment::first_offset);
  std::uint64_t expected = 0;
  for (const Segment& segment : sequence.segments) {
    if (segment.first_offset != expected) {
      return base::Fail(ErrorCode::kCorrupt, "open the lake", segment.path,
                        "it does not follow the segment before it: a segment is missing or was changed",
                        "restore the lake folder from a backup");
    }
    expected += segment.size_bytes;
  }
  if (sequence.segments.empty()) return {};
  return RepairTail(sequence.segments.back());
}

base::Result<void> SegmentEventLog::RepairTail(Segment& segment) {
  std::ifstream file(segment.path, std::ios::binary);
  std::string bytes(segment.size_bytes, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    return DiskFailure("read a segment", segment.path);
  }
  const std::size_t sound = SoundPrefix(bytes);
  if (sound == bytes.size()) return {};
  // A kill tears the end alone. Sound frames behind the damage were there before it: taking them off would
  // lose them.
  if (HoldsSoundFrame(std::string_view(bytes).substr(sound))) {
    return base::Fail(
        ErrorCode::kCorrupt, "open the lake", fmt::format("{}, byte {}", segment.path, sound),
        "it is damaged there, and sound events lie behind",
        fmt::format("restore the lake folder from a backup; or cut the file with `truncate -s {}`, "
                    "then import your exports again",
                    sound));
  }
  if (!is_to_read_ && ::truncate(segment.path.c_str(), static_cast<off_t>(sound)) != 0) {
    return DiskFailure("repair a segment's torn tail", segment.path);
  }
  if (!is_to_read_) repaired_bytes_ += bytes.size() - sound;
  segment.size_bytes = sound;
  return {};
}

std::string SegmentEventLog::Pack(std::string_view lines) const { return FrameOf(lines); }

base::Result<void> SegmentEventLog::BeginSegment(model::EventType type) {
  Sequence& sequence = Of(type);
  if (auto synced = SyncSequence(sequence); !synced) return synced;
  if (sequence.descriptor >= 0) ::close(std::exchange(sequence.descriptor, -1));
  const std::string date = base::FormatEpochDay(clock_.Now().value / base::kMsPerDay);
  const fs::path folder =
      fs::path(lake_folder_) / fmt::format("type={}", model::TypeName(type)) / ("date=" + date);
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return base::Fail(ErrorCode::kRetryLater, "begin a segment", folder.string(), failed.message());
  Segment segment{"", End(type), 0};
  segment.path = (folder / fmt::format("{:020}{}", segment.first_offset, kSegmentSuffix)).string();
  const int descriptor = ::open(segment.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return DiskFailure("begin a segment", segment.path);
  if (!SyncFolder(folder) || !SyncFolder(folder.parent_path()) || !SyncFolder(lake_folder_)) {
    ::close(descriptor);
    return DiskFailure("begin a segment", folder.string());
  }
  sequence.descriptor = descriptor;
  sequence.segments.push_back(std::move(segment));
  return {};
}

base::Result<void> SegmentEventLog::Append(model::EventType type, std::string_view frame) {
  if (is_to_read_) {
    return base::Fail(ErrorCode::kUnsupported, "append to the log", lake_folder_, "it was opened to be read");
  }
  if (frame.empty()) return {};
  Sequence& sequence = Of(type);
  const bool full = sequence.segments.empty() || sequence.segments.back().size_bytes >= kSegmentBytesMax;
  if (full) {
    if (auto begun = BeginSegment(type); !begun) return begun;
  } else if (sequence.descriptor < 0) {
    sequence.descriptor = ::open(sequence.segments.back().path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (sequence.descriptor < 0) return DiskFailure("append to a segment", sequence.segments.back().path);
  }
  Segment& segment = sequence.segments.back();
  std::size_t written = 0;
  while (written < frame.size()) {
    const ssize_t count = ::write(sequence.descriptor, frame.data() + written, frame.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      auto failure = DiskFailure("append to a segment", segment.path);
      // Half a frame would hide everything after it: take it back.
      if (::ftruncate(sequence.descriptor, static_cast<off_t>(segment.size_bytes)) != 0) {
        failure.error().code = ErrorCode::kCorrupt;
      }
      return failure;
    }
    written += static_cast<std::size_t>(count);
  }
  segment.size_bytes += frame.size();
  sequence.unsynced = true;
  return {};
}

base::Result<void> SegmentEventLog::SyncSequence(Sequence& sequence) {
  if (!sequence.unsynced) return {};
  if (::fdatasync(sequence.descriptor) != 0)
    return DiskFailure("sync a segment", sequence.segments.back().path);
  sequence.unsynced = false;
  return {};
}

base::Result<void> SegmentEventLog::Sync() {
  for (Sequence& sequence : sequences_) {
    if (auto synced = SyncSequence(sequence); !synced) return synced;
  }
  return {};
}

std::uint64_t SegmentEventLog::End(model::EventType type) const {
  const auto& segments = Of(type).segments;
  return segments.empty() ? 0 : segments.back().first_offset + segments.back().size_bytes;
}

base::Result<void> SegmentEventLog::CheckOffset(model::EventType type, std::uint64_t offset) const {
  if (offset <= End(type)) return {};
  return base::Fail(ErrorCode::kNotFound, "read the log", std::string(model::TypeName(type)),
                    fmt::format("offset {} lies beyond its end {}", offset, End(type)),
                    "earprint rebuild, which derives the warehouse anew from the lake");
}

base::Result<void> SegmentEventLog::ReadFrames(model::EventType type, std::uint64_t from_offset,
                                               const FrameSink& sink) const {
  if (auto checked = CheckOffset(type, from_offset); !checked) return checked;
  for (const Segment& segment : Of(type).segments) {
    if (segment.first_offset + segment.size_bytes <= from_offset) continue;
    const std::uint64_t skipped = std::max(from_offset, segment.first_offset) - segment.first_offset;
    std::string bytes(segment.size_bytes - skipped, '\0');
    std::ifstream in(segment.path, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(skipped));
    if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
      return DiskFailure("read a segment", segment.path);
    for (std::string_view left = bytes; !left.empty();) {
      const std::size_t size = ZSTD_findFrameCompressedSize(left.data(), left.size());
      if (ZSTD_isError(size)) return DamagedFrame(segment.path);
      auto goes_on = sink(left.substr(0, size));
      if (!goes_on) return std::unexpected(goes_on.error());
      if (!*goes_on) return {};
      left.remove_prefix(size);
    }
  }
  return {};
}

base::Result<std::string> SegmentEventLog::Unpack(std::string_view frame) const {
  auto lines = LinesOf(frame);
  if (!lines) return std::unexpected(DamagedFrame(lake_folder_).error());
  return std::move(*lines);
}

base::Result<std::vector<std::string>> SegmentEventLog::FilesFrom(model::EventType type,
                                                                  std::uint64_t from_offset,
                                                                  const std::string& scratch_folder) const {
  if (auto checked = CheckOffset(type, from_offset); !checked) return std::unexpected(checked.error());
  std::vector<std::string> files;
  for (const Segment& segment : Of(type).segments) {
    if (segment.first_offset + segment.size_bytes <= from_offset) continue;
    if (segment.first_offset >= from_offset) {
      files.push_back(segment.path);
      continue;
    }
    const fs::path copy = fs::path(scratch_folder) / fs::path(segment.path).lexically_relative(lake_folder_);
    auto copied = CopyTail(segment.path, from_offset - segment.first_offset, copy);
    if (!copied) return std::unexpected(copied.error());
    files.push_back(copy.string());
  }
  return files;
}

base::Result<std::uint64_t> SegmentEventLog::CopySegment(model::EventType type, const Segment& segment,
                                                         const std::string& copy_path,
                                                         const LineFilter& keep) const {
  std::optional<NewFile> copy;  // none where nothing of the segment is kept
  std::uint64_t copied_bytes = 0;
  std::ifstream in(segment.path, std::ios::binary);
  std::string bytes(segment.size_bytes, '\0');
  if (!in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return DiskFailure("read a segment", segment.path);
  for (std::string_view left = bytes; !left.empty();) {
    const std::size_t size = ZSTD_findFrameCompressedSize(left.data(), left.size());
    if (ZSTD_isError(size)) return DamagedFrame(segment.path);
    const auto lines = LinesOf(left.substr(0, size));
    if (!lines) return DamagedFrame(segment.path);
    std::string kept;
    for (std::string_view rest = *lines; !rest.empty();) {
      const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
      auto wanted = keep(type, line);
      if (!wanted) return std::unexpected(std::move(wanted.error()).Within("read " + segment.path));
      if (*wanted) kept += line;
      rest.remove_prefix(line.size());
    }
    if (!kept.empty()) {
      const std::string frame = kept.size() == lines->size() ? std::string(left.substr(0, size)) : Pack(kept);
      if (!copy) copy.emplace(copy_path);
      if (auto written = copy->Write(frame); !written) return std::unexpected(written.error());
      copied_bytes += frame.size();
    }
    left.remove_prefix(size);
  }
  if (copy) {
    if (auto synced = copy->Sync(); !synced) return std::unexpected(synced.error());
  }
  return copied_bytes;
}

base::Result<void> SegmentEventLog::CopyTo(const std::string& folder, const LineFilter& keep) const {
  std::vector<fs::path> folders = {folder};
  for (const model::EventType type : model::kEventTypes) {
    std::uint64_t offset = 0;
    for (const Segment& segment : Of(type).segments) {
      const fs::path day =
          fs::path(folder) / fs::path(segment.path).parent_path().lexically_relative(lake_folder_);
      std::error_code failed;
      fs::create_directories(day, failed);
      if (failed)
        return base::Fail(ErrorCode::kRetryLater, "begin a segment", day.string(), failed.message());
      folders.insert(folders.end(), {day, day.parent_path()});
      auto copied =
          CopySegment(type, segment, (day / fmt::format("{:020}{}", offset, kSegmentSuffix)).string(), keep);
      if (!copied) return std::unexpected(copied.error());
      offset += *copied;
    }
  }
  std::error_code failed;
  fs::create_directories(folder, failed);  // also where there was nothing
  for (const fs::path& each : folders) {
    if (!SyncFolder(each)) return DiskFailure("sync a folder", each.string());
  }
  return {};
}

}  // namespace earprint::adapters
