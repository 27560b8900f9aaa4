#include "log/collector.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/hash.hpp"
#include "base/text.hpp"

namespace earprint::log {

namespace {

std::string Place(const model::Reject& reject, std::uint64_t records_before) {
  std::string place = "record " + std::to_string(records_before + reject.record + 1);
  if (reject.byte > 0) place += ", byte " + std::to_string(reject.byte);
  return place;
}

}  // namespace

Collector::Collector(ports::EventWriter& log, KnownEvents& known, std::string letter_source)
    : log_(log),
      known_(known),
      tasks_max_(std::clamp(std::thread::hardware_concurrency(), 2U, kReadersMax) + 1),
      letter_source_(std::move(letter_source)) {}

Collector::~Collector() = default;

base::Result<ports::FileReport> Collector::Collect(ports::EventSource& source, const std::string& file,
                                                   const std::string& listener) {
  ports::FileReport report;
  report.file = file;
  report.kind = source.Kind();
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
  return report;
}

base::Result<void> Collector::Take(model::EventBatch batch, const std::string& listener,
                                   ports::FileReport& report) {
  if (auto ready = known_.Prepare(batch.events); !ready) return ready;
  for (const model::EventRef& event : batch.events) {
    switch (known_.Judge(event)) {
      case KnownEvents::Verdict::kDuplicate:
        ++report.duplicate;
        continue;
      case KnownEvents::Verdict::kRetold:
        ++report.duplicate;
        ++report.retold;
        break;
      case KnownEvents::Verdict::kNew:
        ++report.accepted;
        break;
    }
    if (auto kept = Keep(batch, event); !kept) return kept;
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
    base::AppendJsonString(Place(reject, report.read), payload);
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

base::Result<void> Collector::Keep(const model::EventBatch& batch, const model::EventRef& event) {
  std::string& lines = outgoing_[static_cast<std::size_t>(event.type)];
  lines.append(batch.lines, event.begin, event.size);
  return lines.size() < kFrameLinesBytes ? base::Result<void>() : Flush(event.type);
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
    if (auto flushed = Flush(type); !flushed) return flushed;
  }
  if (auto appended = AppendPacked(0); !appended) return appended;
  return log_.Sync();
}

}  // namespace earprint::log
