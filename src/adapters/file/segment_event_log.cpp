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

#include "base/ensure.hpp"

namespace earprint::adapters {

namespace {

using base::ErrorCode;
namespace fs = std::filesystem;

// The lake is written once and read often, but the write is what a person waits for.
constexpr int kCompressionLevel = 1;
constexpr std::string_view kSegmentSuffix = ".jsonl.zst";
constexpr std::uint64_t kFrameLinesBytesMax = 256ULL << 20;

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

struct CompressionContext {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  CompressionContext() {
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kCompressionLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }
  ~CompressionContext() { ZSTD_freeCCtx(context); }
  CompressionContext(const CompressionContext&) = delete;
  CompressionContext& operator=(const CompressionContext&) = delete;
};

/// The lines of a frame; nothing when they are not what its checksum says.
std::optional<std::string> LinesOf(std::string_view frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kFrameLinesBytesMax)
    return {};
  std::string lines(size, '\0');
  const std::size_t got = ZSTD_decompress(lines.data(), lines.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) || got != size) return {};
  return lines;
}

/// Length of the longest front part of a segment that consists of whole, sound frames.
std::size_t SoundPrefix(std::string_view bytes) {
  std::vector<std::size_t> starts;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::size_t size = ZSTD_findFrameCompressedSize(bytes.data() + at, bytes.size() - at);
    if (ZSTD_isError(size)) break;
    starts.push_back(at);
    at += size;
  }
  // A kill can only tear the end, so the last whole frame decides; a damaged one gives way to the one before.
  while (!starts.empty() && !LinesOf(bytes.substr(starts.back(), at - starts.back()))) {
    at = starts.back();
    starts.pop_back();
  }
  return at;
}

/// Whether a whole, sound frame begins anywhere in these bytes.
bool HoldsSoundFrame(std::string_view bytes) {
  static constexpr std::string_view kMagic = "\x28\xB5\x2F\xFD";  // RFC 8878, little-endian 0xFD2FB528
  for (std::size_t at = 0; (at = bytes.find(kMagic, at)) != std::string_view::npos; ++at) {
    const std::size_t size = ZSTD_findFrameCompressedSize(bytes.data() + at, bytes.size() - at);
    if (!ZSTD_isError(size) && LinesOf(bytes.substr(at, size))) return true;
  }
  return false;
}

bool SyncFolder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

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
  if (::truncate(segment.path.c_str(), static_cast<off_t>(sound)) != 0) {
    return DiskFailure("repair a segment's torn tail", segment.path);
  }
  repaired_bytes_ += bytes.size() - sound;
  segment.size_bytes = sound;
  return {};
}

std::string SegmentEventLog::Pack(std::string_view lines) const {
  ENSURE(lines.size() <= kFrameLinesBytesMax, "a frame has a bounded size");
  static thread_local CompressionContext compression;
  std::string frame(ZSTD_compressBound(lines.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(compression.context, frame.data(), frame.size(), lines.data(), lines.size());
  ENSURE(!ZSTD_isError(size), "a buffer of the bound's size holds the frame");
  frame.resize(size);
  return frame;
}

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
      if (auto taken = sink(left.substr(0, size)); !taken) return taken;
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

}  // namespace earprint::adapters
