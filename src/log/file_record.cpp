#include "log/file_record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/text.hpp"

namespace earprint::log {

namespace {

// What one event holds; readers of JSON have bounds for one line.
constexpr std::size_t kStretchesInEvent = 20'000;

/// The hash of a hash and two numbers more.
base::Hash128 Mixed(const base::Hash128& before, std::uint64_t first, std::uint64_t second) {
  const std::array<std::uint64_t, 4> words = {before.high, before.low, first, second};
  return base::HashBytes({reinterpret_cast<const char*>(words.data()), sizeof words});
}

}  // namespace

FileRecord::FileRecord(std::uint64_t key, std::string file, std::string kind, std::string listener)
    : key_(key),
      file_(std::move(file)),
      kind_(std::move(kind)),
      listener_(std::move(listener)),
      place_(fmt::format(",\"file\":{},\"row\":", key)) {}

void FileRecord::AppendPlace(std::uint32_t row, std::string& data) const {
  char digits[12];
  data += place_;
  data.append(digits, std::to_chars(digits, digits + sizeof digits, row).ptr);
}

void FileRecord::Digest(const model::EventBatch& batch) {
  // One after the other, so that it does not matter how the file was cut into batches.
  for (const model::EventRef& event : batch.events) {
    told_ = Mixed(told_, event.id.identity, event.id.details);
  }
  for (const model::Reject& reject : batch.rejects) {
    const base::Hash128 hash = base::HashBytes(reject.reason + '\x1f' + reject.raw);
    refused_ = Mixed(refused_, hash.high, hash.low);
  }
}

void FileRecord::NoteAgain(std::uint32_t row, const Place& first) {
  if (!again_.empty()) {
    Stretch& last = again_.back();
    const bool follows = first.file == 0 || first.row == last.first_row + last.records;
    if (row == last.row + last.records && first.file == last.file && follows) {
      ++last.records;
      return;
    }
  }
  again_.push_back({row, 1, first.file, first.row});
}

model::EventBatch FileRecord::Events(const ports::FileReport& report, std::int64_t now_ms) const {
  std::string head = fmt::format("{{\"file_key\":{},\"file\":", key_);
  base::AppendJsonString(base::ToValidUtf8(file_), head);
  head += ",\"kind\":";
  base::AppendJsonString(base::ToValidUtf8(kind_), head);
  model::EventBatch batch;
  for (std::size_t at = 0, part = 0; part == 0 || at < again_.size(); ++part) {
    const bool is_first = part == 0;
    std::string payload =
        head + fmt::format(
                   ",\"imported_at_ms\":{},\"part\":{},\"read\":{},\"accepted\":{},\"retold\":{},"
                   "\"duplicate\":{},\"rejected\":{},\"again\":[",
                   now_ms, part, is_first ? report.read : 0, is_first ? report.accepted : 0,
                   is_first ? report.retold : 0, is_first ? report.duplicate - report.retold : 0,
                   is_first ? report.rejected : 0);
    const std::size_t end = std::min(again_.size(), at + kStretchesInEvent);
    for (const char* comma = ""; at < end; ++at, comma = ",") {
      const Stretch& each = again_[at];
      payload += fmt::format("{}[{},{},{},{}]", comma, each.row, each.records, each.file, each.first_row);
    }
    payload += "]}";
    const base::Hash128 all = Mixed(told_, refused_.high, refused_.low);
    const base::Hash128 hash = base::HashBytes(
        fmt::format("{}\x1fsource_file\x1f{}\x1f{}\x1f{}.{}", listener_, kind_, part, all.high, all.low));
    model::EventRef ref;
    ref.type = model::EventType::kSourceFile;
    ref.id = {hash.high & model::kIdMask, hash.low & model::kIdMask};
    ref.begin = static_cast<std::uint32_t>(batch.lines.size());
    model::AppendEnvelope(ref.type, ref.id, "import", listener_, now_ms, batch.lines);
    batch.lines += payload + "}\n";
    ref.size = static_cast<std::uint32_t>(batch.lines.size()) - ref.begin;
    batch.events.push_back(ref);
  }
  return batch;
}

}  // namespace earprint::log
