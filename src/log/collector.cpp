#include "log/collector.hpp"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

#include "base/ensure.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

namespace earprint::log {

namespace {

std::string PositionOf(const model::Reject& reject, std::uint64_t records_before) {
  std::string place = "record " + std::to_string(records_before + reject.record + 1);
  if (reject.byte > 0) place += ", byte " + std::to_string(reject.byte);
  return place;
}

constexpr std::uint64_t kFileKeyMask = (1ULL << 48) - 1;
constexpr std::string_view kLineEnd = "}}\n";

/// The records of a batch that its events are of, one after the other: all that were not refused.
class EventRows {
 public:
  EventRows(const model::EventBatch& batch, std::uint64_t records_before)
      : batch_(batch), records_before_(records_before) {}
  /// The next event's, from 1.
  std::uint32_t Next() {
    for (; next_reject_ < batch_.rejects.size() && batch_.rejects[next_reject_].record == record_;
         ++next_reject_)
      ++record_;
    return static_cast<std::uint32_t>(records_before_ + ++record_);
  }

 private:
  const model::EventBatch& batch_;
  std::uint64_t records_before_;
  std::uint64_t record_ = 0;
  std::size_t next_reject_ = 0;
};

/// Makes rejects of events that the log cannot take, so that each is kept with its place and the others go
/// on.
void RejectTooLarge(std::size_t bytes_max, model::EventBatch& batch) {
  const auto is_too_large = [bytes_max](const model::EventRef& event) { return event.size > bytes_max; };
  if (std::ranges::none_of(batch.events, is_too_large)) return;
  std::vector<model::Reject> made;
  EventRows rows(batch, 0);
  for (const model::EventRef& event : batch.events) {
    const std::uint32_t row = rows.Next();
    if (!is_too_large(event)) continue;
    model::Reject reject;
    reject.record = row - 1;
    reject.reason = "it has " + std::to_string(event.size) + " bytes as an event, and the log takes " +
                    std::to_string(bytes_max);
    reject.raw = batch.lines.substr(event.begin, std::min<std::size_t>(event.size, model::kRejectRawMax));
    made.push_back(std::move(reject));
  }
  std::erase_if(batch.events, is_too_large);
  std::ranges::move(made, std::back_inserter(batch.rejects));
  std::ranges::stable_sort(batch.rejects, {}, &model::Reject::record);
}

}  // namespace

Collector::Collector(ports::EventWriter& log, KnownEvents& known, std::string letter_source,
                     std::optional<FileNotes> file_notes)
    : log_(log),
      known_(known),
      tasks_max_(std::clamp(std::thread::hardware_concurrency(), 2U, kReadersMax) + 1),
      letter_source_(std::move(letter_source)),
      file_notes_(file_notes) {}

Collector::~Collector() = default;

base::Result<ports::FileReport> Collector::Collect(ports::EventSource& source, const std::string& file,
                                                   const std::string& listener) {
  ports::FileReport report;
  report.file = file;
  report.kind = source.Kind();
  BeginRecord(report, listener);
  std::deque<std::future<model::EventBatch>> tasks;
  bool ended = false;
  while (!ended || !tasks.empty()) {
    while (!ended && tasks.size() < tasks_max_) {
      auto task = source.Next();
      if (!task)
        report.note = task.error().cause + (task.error().hint.empty() ? "" : "; " + task.error().hint);
      ended = !task || !*task;
      if (!ended) tasks.push_back(std::async(std::launch::async, std::move(**task)));
    }
    if (tasks.empty()) break;
    model::EventBatch batch = tasks.front().get();
    tasks.pop_front();
    if (auto taken = Take(std::move(batch), listener, report); !taken) {
      for (auto& left : tasks) left.wait();  // tasks refer to the source
      return std::unexpected(taken.error());
    }
    if (on_progress) on_progress(report.read);
  }
  if (auto ended_record = EndRecord(report); !ended_record) return std::unexpected(ended_record.error());
  return report;
}

void Collector::BeginRecord(const ports::FileReport& report, const std::string& listener) {
  record_.reset();
  if (!file_notes_) return;
  // Another one for every reading: what a file told before it was broken off stays apart from what it tells
  // later.
  const std::string what = listener + '\x1f' + report.file + '\x1f' + std::to_string(file_notes_->at.value) +
                           '\x1f' + std::to_string(file_notes_->log_end) + '\x1f' +
                           std::to_string(++files_begun_);
  const std::uint64_t key = std::max<std::uint64_t>(1, base::HashBytes(what).high & kFileKeyMask);
  record_.emplace(key, std::string(base::BaseName(report.file)), report.kind, listener);
}

base::Result<void> Collector::EndRecord(ports::FileReport& report) {
  if (!record_ || report.read == 0) return {};
  const model::EventBatch told = record_->Events(report, file_notes_->at.value);
  if (auto ready = known_.Prepare(told.events); !ready) return ready;
  for (const model::EventRef& event : told.events) {
    if (known_.Judge(event) == KnownEvents::Verdict::kDuplicate) {
      report.note += report.note.empty() ? "" : "; ";
      report.note += "record for record a file that was imported before: it changes nothing";
      break;
    }
    if (auto kept = Keep(told, event); !kept) return kept;
  }
  record_.reset();
  return {};
}

base::Result<void> Collector::Take(model::EventBatch batch, const std::string& listener,
                                   ports::FileReport& report) {
  RejectTooLarge(log_.EventBytesMax(), batch);
  if (auto ready = known_.Prepare(batch.events); !ready) return ready;
  if (record_) record_->Digest(batch);
  EventRows rows(batch, report.read);
  for (const model::EventRef& event : batch.events) {
    const Place place{record_ ? record_->key() : 0, rows.Next()};
    switch (known_.Judge(event, place)) {
      case KnownEvents::Verdict::kDuplicate:
        ++report.duplicate;
        if (record_) record_->NoteAgain(place.row, known_.FirstToldAt(event.id));
        continue;
      case KnownEvents::Verdict::kRetold:
        ++report.duplicate;
        ++report.retold;
        break;
      case KnownEvents::Verdict::kNew:
        ++report.accepted;
        break;
    }
    if (auto kept = Keep(batch, event, place); !kept) return kept;
  }
  model::EventBatch letters;
  AddDeadLetters(batch, listener, report, letters);
  if (auto ready = known_.Prepare(letters.events); !ready) return ready;
  for (const model::EventRef& letter : letters.events) {
    if (known_.Judge(letter) == KnownEvents::Verdict::kDuplicate) continue;
    if (auto kept = Keep(letters, letter); !kept) return kept;
  }
  report.rejected += batch.rejects.size();
  report.read += batch.read;
  return {};
}

void Collector::AddDeadLetters(const model::EventBatch& batch, const std::string& listener,
                               const ports::FileReport& report, model::EventBatch& letters) const {
  // The folder that a file lay in may tell a person's name; the file's own name is enough to find it again.
  const std::string file(base::BaseName(report.file));
  for (const model::Reject& reject : batch.rejects) {
    std::string payload = "{\"source\":";
    base::AppendJsonString(report.kind, payload);
    payload += ",\"file\":";
    base::AppendJsonString(base::ToValidUtf8(file), payload);
    payload += ",\"position\":";
    base::AppendJsonString(PositionOf(reject, report.read), payload);
    payload += ",\"reason\":";
    base::AppendJsonString(base::ToValidUtf8(reject.reason), payload);
    payload += ",\"raw\":";
    base::AppendJsonString(base::ToValidUtf8(reject.raw), payload);
    payload += '}';
    model::EventRef letter;
    letter.type = model::EventType::kDeadLetter;
    const base::Hash128 hash = base::HashBytes(listener + '\x1f' + payload);
    letter.id = {hash.high & model::kIdMask, hash.low & model::kIdMask};
    letter.begin = static_cast<std::uint32_t>(letters.lines.size());
    model::AppendEnvelope(letter.type, letter.id, letter_source_, listener, 0, letters.lines);
    letters.lines += payload + "}\n";
    letter.size = static_cast<std::uint32_t>(letters.lines.size()) - letter.begin;
    letters.events.push_back(letter);
  }
}

base::Result<void> Collector::Keep(const model::EventBatch& batch, const model::EventRef& event,
                                   const Place& place) {
  std::string& lines = outgoing_[static_cast<std::size_t>(event.type)];
  lines.append(batch.lines, event.begin, event.size);
  if (record_ && place.file > 0 && event.type == model::EventType::kPlay) {
    ENSURE(lines.ends_with(kLineEnd), "a play's line ends with its data");
    lines.resize(lines.size() - kLineEnd.size());
    record_->AppendPlace(place.row, lines);
    lines += kLineEnd;
  }
  if (lines.size() < kFrameLinesBytes || event.type == model::EventType::kSourceFile) return {};
  return Flush(event.type);
}

base::Result<void> Collector::Flush(model::EventType type) {
  std::string& lines = outgoing_[static_cast<std::size_t>(type)];
  if (lines.empty()) return {};
  packed_.push_back({type, std::async(std::launch::async, [this, lines = std::exchange(lines, {})] {
                       return log_.Pack(lines);
                     })});
  return AppendPacked(1);
}

base::Result<void> Collector::AppendPacked(std::size_t leave) {
  while (packed_.size() > leave) {
    const std::string frame = packed_.front().frame.get();
    const model::EventType type = packed_.front().type;
    packed_.pop_front();
    if (auto appended = log_.Append(type, frame); !appended) return appended;
  }
  return {};
}

base::Result<void> Collector::Finish() {
  for (const model::EventType type : model::kEventTypes) {
    if (type == model::EventType::kSourceFile) continue;
    if (auto flushed = Flush(type); !flushed) return flushed;
  }
  if (auto appended = AppendPacked(0); !appended) return appended;
  auto synced = log_.Sync();
  if (!synced || outgoing_[static_cast<std::size_t>(model::EventType::kSourceFile)].empty()) return synced;
  // What is said of a file must not outlive what the file told.
  if (auto flushed = Flush(model::EventType::kSourceFile); !flushed) return flushed;
  if (auto appended = AppendPacked(0); !appended) return appended;
  return log_.Sync();
}

}  // namespace earprint::log
