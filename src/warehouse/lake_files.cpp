#include "warehouse/lake_files.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string_view>

#include "base/text.hpp"
#include "model/event_line.hpp"

namespace earprint::warehouse {

namespace {

using base::Result;
namespace fs = std::filesystem;

using Files = std::vector<std::string>;

/// The place in the log that a file begins with, which is its name.
std::uint64_t BeginOf(const std::string& file) {
  const std::string_view name = base::BaseName(file);
  std::uint64_t begin = 0;
  std::from_chars(name.data(), name.data() + name.size(), begin);
  return begin;
}

/// Hands out each frame with the number of the file in which it lies.
Result<void> EachFrame(const ports::EventLog& log, model::EventType type, std::uint64_t from_offset,
                       const Files& files,
                       const std::function<Result<void>(std::size_t, std::string_view)>& take) {
  std::uint64_t offset = from_offset;
  return log.ReadFrames(type, from_offset, [&](std::string_view frame) -> Result<bool> {
    const auto after = std::ranges::upper_bound(files, offset, {}, BeginOf);
    offset += frame.size();
    if (after == files.begin()) return true;  // of no file
    auto taken = take(static_cast<std::size_t>(after - files.begin()) - 1, frame);
    if (!taken) return std::unexpected(taken.error());
    return true;
  });
}

/// Where a file's copy lies: no longer packed, and where the engine finds the same type and date.
fs::path CopyOf(const std::string& file, const std::string& scratch_folder) {
  const fs::path date = fs::path(file).parent_path();
  return fs::path(scratch_folder) / "without_zeros" / date.parent_path().filename() / date.filename() /
         (std::to_string(BeginOf(file)) + ".jsonl");
}

}  // namespace

Result<Files> FilesToRead(const ports::EventLog& log, model::EventType type, std::uint64_t from_offset,
                          const std::string& scratch_folder) {
  auto files = log.FilesFrom(type, from_offset, scratch_folder);
  if (!files || files->empty()) return files;
  std::set<std::size_t> with_zeros;
  auto looked = EachFrame(log, type, from_offset, *files, [&](std::size_t file, std::string_view frame) {
    if (with_zeros.contains(file)) return Result<void>();
    auto lines = log.Unpack(frame);
    if (!lines) return Result<void>(std::unexpected(lines.error()));
    if (model::ReplaceZeros(*lines)) with_zeros.insert(file);
    return Result<void>();
  });
  if (!looked) return std::unexpected(looked.error());
  if (with_zeros.empty()) return files;
  std::error_code ignored;
  for (const std::size_t file : with_zeros)  // a load that was killed may have left some
    fs::remove(CopyOf((*files)[file], scratch_folder), ignored);
  auto copied = EachFrame(
      log, type, from_offset, *files, [&](std::size_t file, std::string_view frame) -> Result<void> {
        if (!with_zeros.contains(file)) return {};
        auto lines = log.Unpack(frame);
        if (!lines) return std::unexpected(lines.error());
        model::ReplaceZeros(*lines);
        const fs::path copy = CopyOf((*files)[file], scratch_folder);
        fs::create_directories(copy.parent_path(), ignored);  // that it failed, the next lines tell
        std::ofstream out(copy, std::ios::binary | std::ios::app);
        if (out << *lines << std::flush) return {};
        return base::Fail(base::ErrorCode::kRetryLater, "copy a segment", copy.string(), "the disk refuses",
                          "free some disk space");
      });
  if (!copied) return std::unexpected(copied.error());
  for (const std::size_t file : with_zeros) (*files)[file] = CopyOf((*files)[file], scratch_folder).string();
  return files;
}

}  // namespace earprint::warehouse
