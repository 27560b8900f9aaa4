#include "audit/lake/lake_reader.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <future>
#include <utility>
#include <vector>

#include "audit/lake/line_reader.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

using base::Result;

/// On which UTC day a place of a type's sequence came into the lake, as its segments' paths tell.
class ArrivalDays {
 public:
  static Result<ArrivalDays> Of(const ports::EventLog& log, model::EventType type,
                                const std::string& scratch_folder) {
    auto files = log.FilesFrom(type, 0, scratch_folder);
    if (!files) return std::unexpected(files.error());
    ArrivalDays days;
    for (const std::string& file : *files) {
      constexpr std::string_view kDate = "/date=";
      const std::size_t at = file.rfind(kDate);
      const std::string_view name = base::BaseName(file);
      std::uint64_t offset = 0;
      std::from_chars(name.data(), name.data() + name.size(), offset);
      const auto date = at == std::string::npos
                            ? std::nullopt
                            : base::ParseInstant(std::string_view(file).substr(at + kDate.size(), 10));
      days.begins_.emplace_back(offset, date ? date->at.value / base::kMsPerDay : 0);
    }
    std::ranges::sort(days.begins_);
    return days;
  }

  std::int64_t At(std::uint64_t offset) const {
    const auto after =
        std::ranges::upper_bound(begins_, offset, {}, &std::pair<std::uint64_t, std::int64_t>::first);
    return after == begins_.begin() ? 0 : std::prev(after)->second;
  }

 private:
  std::vector<std::pair<std::uint64_t, std::int64_t>> begins_;
};

/// U+0000 in a text counts as U+FFFD, since not every store can hold it; in JSON both take six bytes.
void ReplaceZeros(std::string& lines) {
  constexpr std::string_view kZero = R"(\u0000)", kInstead = R"(\ufffd)";
  // A backslash begins an escape, which may be of another backslash.
  for (std::size_t at = lines.find('\\'); at != std::string::npos; at = lines.find('\\', at + 2)) {
    if (std::string_view(lines).substr(at).starts_with(kZero)) lines.replace(at, kZero.size(), kInstead);
  }
}

/// Frames of one type, each unpacked while the one before is read.
class FrameLine {
 public:
  FrameLine(const ports::EventLog& log, std::function<Result<void>(const std::string&, std::uint64_t)> read)
      : log_(log), read_(std::move(read)) {}

  Result<void> Add(std::string_view frame) {
    auto next = std::async(std::launch::async, [this, frame = std::string(frame)]() -> Result<std::string> {
      auto lines = log_.Unpack(frame);
      if (!lines) return lines;
      ReplaceZeros(*lines);
      lines->reserve(lines->size() + simdjson::SIMDJSON_PADDING);
      return lines;
    });
    const std::uint64_t offset = std::exchange(offset_, offset_ + frame.size());
    auto done = Finish();
    waiting_ = std::move(next);
    waiting_offset_ = offset;
    return done;
  }

  Result<void> Finish() {
    if (!waiting_.valid()) return {};
    auto lines = waiting_.get();
    if (!lines) return std::unexpected(lines.error());
    return read_(*lines, waiting_offset_);
  }

 private:
  const ports::EventLog& log_;
  std::function<Result<void>(const std::string&, std::uint64_t)> read_;
  std::uint64_t offset_ = 0, waiting_offset_ = 0;
  std::future<Result<std::string>> waiting_;
};

}  // namespace

Result<LakeEvents> ReadLake(const ports::EventLog& log, const std::string& scratch_folder,
                            const std::function<void(std::uint64_t)>& on_bytes) {
  LakeEvents lake;
  std::uint64_t bytes = 0;
  PlayLineReader plays(lake);
  StatedLineReader stated(lake);
  for (const model::EventType type : model::kEventTypes) {
    auto days = ArrivalDays::Of(log, type, scratch_folder);
    if (!days) return std::unexpected(std::move(days.error()).Within("audit"));
    FrameLine frames(log, [&](const std::string& lines, std::uint64_t offset) {
      return type == model::EventType::kPlay ? plays.Read(lines) : stated.Read(type, lines, days->At(offset));
    });
    auto read = log.ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
      bytes += frame.size();
      if (on_bytes) on_bytes(bytes);
      auto added = frames.Add(frame);
      if (!added) return std::unexpected(added.error());
      return true;
    });
    if (read) read = frames.Finish();
    if (!read) return std::unexpected(std::move(read.error()).Within("audit"));
  }
  return lake;
}

}  // namespace earprint::audit
