#include "log/lander.hpp"

#include <future>
#include <utility>

#include "base/text.hpp"
#include "model/event_line.hpp"

namespace earprint::log {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Whom a message belongs to that no event could be made of.
std::string ListenerOfKey(std::string_view key) {
  return model::IsListenerName(key) ? std::string(key) : std::string("unknown");
}

base::Result<model::EventRef> TooLarge(std::size_t bytes_max) {
  return base::Fail(base::ErrorCode::kInvalidInput, "keep an event", "",
                    "it has more than the " + std::to_string(bytes_max) + " bytes that can be kept there");
}

std::string_view LineIn(const ports::FedBatch& fed, const ports::FedMessage& message) {
  return std::string_view(fed.bytes).substr(message.begin, message.size);
}

std::string_view KeyIn(const ports::FedBatch& fed, const ports::FedMessage& message) {
  return std::string_view(fed.bytes).substr(message.begin - message.key_size, message.key_size);
}

/// Whether more comes at once. Where nothing came the log may be away, whatever it had.
bool MoreFollow(const ports::FedBatch& fed) { return fed.behind > 0 && !fed.at_end && !fed.messages.empty(); }

void AppendMember(std::string_view name, std::string_view text, std::string& payload) {
  payload += payload.empty() ? "{\"" : ",\"";
  payload += name;
  payload += "\":";
  base::AppendJsonString(base::ToValidUtf8(text), payload);
}

}  // namespace

LandReport& LandReport::operator+=(const LandReport& more) {
  read += more.read;
  accepted += more.accepted;
  duplicate += more.duplicate;
  rejected += more.rejected;
  passed_by += more.passed_by;
  batches += more.batches;
  return *this;
}

Lander::Lander(ports::EventFeed& feed, ports::EventSink& sink, ports::EventWriter& letters,
               std::string only_listener)
    : feed_(feed), sink_(sink), letters_(letters), only_listener_(std::move(only_listener)) {}

LandReport Lander::Report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

base::Result<bool> Lander::Step() {
  if (!pending_) {
    auto fed = ahead_ ? std::move(*std::exchange(ahead_, std::nullopt)) : feed_.Read(limits);
    if (!fed) return std::unexpected(fed.error());
    pending_ = std::move(*fed);
    sorted_ = std::exchange(sorted_ahead_, std::nullopt);
  }
  if (!pending_->messages.empty() || stowed_) {
    if (auto kept = KeepPending(); !kept) return std::unexpected(kept.error());
    auto committed = pending_->next.empty() ? base::Result<void>() : feed_.Commit(pending_->next);
    // What is kept stays kept: where the log could not be told, its events come again and are known.
    if (!committed && committed.error().code == base::ErrorCode::kUnauthorized)
      return std::unexpected(committed.error());
  }
  const bool at_end = pending_->at_end;
  pending_.reset();
  return at_end;
}

bool Lander::Stows(const ports::FedBatch& fed) const {
  if (!MoreFollow(fed)) return false;
  if (!stowed_) return fed.messages.size() < stowed_max;
  return stowed_->messages + fed.messages.size() < stowed_max &&
         SteadyClock::now() - stowed_->since < stowed_for_max;
}

base::Result<void> Lander::KeepPending() {
  Sorted sorted = sorted_ ? *std::exchange(sorted_, std::nullopt) : Sort(*pending_);
  const bool stows = Stows(*pending_);
  if (!reads_ahead || ahead_ || !MoreFollow(*pending_)) return Keep(std::move(sorted), pending_->next, stows);
  auto keeping = std::async(std::launch::async, [this, stows, sorted = std::move(sorted)]() mutable {
    return Keep(std::move(sorted), pending_->next, stows);
  });
  // Its next holder must find what was kept; and a mark of somebody forgotten erases what came before.
  ports::FeedLimits ahead = limits;
  ahead.before_leaving = [&keeping] { keeping.wait(); };
  ahead_ = feed_.Read(ahead);
  if (*ahead_) sorted_ahead_ = Sort(**ahead_);
  return keeping.get();
}

Lander::Sorted Lander::Sort(const ports::FedBatch& fed) {
  Sorted sorted{.step = {.read = fed.messages.size(), .batches = 1}};
  auto& [batch, letters, erased, step] = sorted;
  const Forgotten forgotten = ForgottenOf(fed);
  for (const auto& [who, offset] : forgotten.all) erased.insert({who.second, who.first.type});
  for (const auto& [who, offset] : forgotten.from_api)
    erased.insert({who.second, who.first.type, model::ForgottenPart::kFromApi});
  batch.lines.reserve(fed.bytes.size() + fed.messages.size());
  batch.events.reserve(fed.messages.size());
  for (const ports::FedMessage& message : fed.messages) {
    const std::string_view line = LineIn(fed, message);
    if (line.empty() && message.key_size > 0 && message.share.type == model::EventType::kAudioFeatures) {
      ++step.passed_by;  // a compacted topic's way to say that a fact was removed
      continue;
    }
    if (IsMarkOrForgotten(fed, message, forgotten)) {
      ++step.passed_by;
      continue;
    }
    auto event = line.size() > sink_.EventBytesMax() ? TooLarge(sink_.EventBytesMax())
                                                     : check_.Check(message.share.type, line);
    if (!event) {
      ++step.rejected;
      AddLetter(fed, message, event.error().cause, letters);
      continue;
    }
    if (!IsWanted(message.share.type, line)) {
      ++step.passed_by;
      continue;
    }
    event->begin = static_cast<std::uint32_t>(batch.lines.size());
    batch.lines += line;
    batch.lines += '\n';
    batch.events.push_back(*event);
  }
  batch.read = batch.events.size();
  return sorted;
}

base::Result<void> Lander::Keep(Sorted sorted, const ports::FeedPlaces& next, bool stows) {
  auto& [batch, letters, erased, step] = sorted;
  if (!letters.events.empty()) {
    auto put = letters_.Append(model::EventType::kDeadLetter, letters_.Pack(letters.lines));
    if (put) put = letters_.Sync();
    if (!put) return std::unexpected(std::move(put.error()).Within("keep dead letters"));
  }
  if (!erased.empty()) {
    auto done = sink_.Forget(erased);
    if (!done) return std::unexpected(std::move(done.error()).Within("erase who was forgotten"));
  }
  auto taken = stows ? sink_.Stow(std::move(batch), next) : sink_.Keep(std::move(batch), next);
  if (!taken) return std::unexpected(taken.error());
  if (stows && !stowed_) stowed_ = {0, SteadyClock::now()};
  if (stows) stowed_->messages += step.read;
  if (!stows) stowed_.reset();
  step.accepted = taken->accepted;
  step.duplicate = taken->duplicate;
  const std::lock_guard lock(mutex_);
  report_ += step;
  return {};
}

/// Whether a message is a mark that a listener was forgotten, or stands before its own listener's in the
/// batch. What no event can be made of is the listener's of its key, and came over no API that is known.
bool Lander::IsMarkOrForgotten(const ports::FedBatch& fed, const ports::FedMessage& message,
                               const Forgotten& forgotten) {
  const model::EventType type = message.share.type;
  const std::string_view key = KeyIn(fed, message), line = LineIn(fed, message);
  if (model::ForgottenIn(type, key, line)) return true;
  if (forgotten.all.empty() && forgotten.from_api.empty()) return false;
  std::string scratch, listener(key);
  bool is_from_api = false;
  if (const auto told = model::ReadEventLine(line)) {
    if (!model::GoesWithListener(type, told->source)) return false;
    listener = model::ListenerOf(*told, scratch).value_or(key);
    is_from_api = model::IsFromApi(told->source);
  }
  const auto is_before = [&](const auto& marks) {
    const auto found = marks.find({message.share, listener});
    return found != marks.end() && message.offset < found->second;
  };
  return is_before(forgotten.all) || (is_from_api && is_before(forgotten.from_api));
}

Lander::Forgotten Lander::ForgottenOf(const ports::FedBatch& fed) const {
  Forgotten forgotten;
  for (const ports::FedMessage& message : fed.messages) {
    const auto mark = model::ForgottenIn(message.share.type, KeyIn(fed, message), LineIn(fed, message));
    if (!mark || (!only_listener_.empty() && mark->listener != only_listener_)) continue;
    auto& marks = mark->part == model::ForgottenPart::kAll ? forgotten.all : forgotten.from_api;
    marks[{message.share, std::string(mark->listener)}] = message.offset;
  }
  return forgotten;
}

bool Lander::IsWanted(model::EventType type, std::string_view line) const {
  if (only_listener_.empty() || type == model::EventType::kAudioFeatures) return true;
  std::string scratch;
  const auto told = model::ReadEventLine(line);
  return told && model::ListenerOf(*told, scratch) == only_listener_;
}

void Lander::AddLetter(const ports::FedBatch& fed, const ports::FedMessage& message,
                       const std::string& reason, model::EventBatch& letters) const {
  const std::string_view key = KeyIn(fed, message);
  const std::string_view raw = LineIn(fed, message).substr(0, model::kRejectRawMax);
  const std::string place = feed_.NameOf(message.share);
  const std::string position = "offset " + std::to_string(message.offset);
  std::string payload;
  AppendMember("source", "kafka", payload);
  AppendMember("file", place, payload);
  AppendMember("position", position, payload);
  AppendMember("reason", reason, payload);
  AppendMember("raw", raw, payload);
  payload += '}';
  model::AddEvent({model::EventType::kDeadLetter, "kafka", place + '\x1f' + position, payload},
                  ListenerOfKey(key), letters);
}

}  // namespace earprint::log
