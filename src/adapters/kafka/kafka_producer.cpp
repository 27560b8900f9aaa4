#include "adapters/kafka/kafka_producer.hpp"

#include <fmt/format.h>

#include <utility>

#include "adapters/kafka/kafka_topics.hpp"
#include "base/text.hpp"
#include "model/event_batch.hpp"
#include "model/event_line.hpp"

namespace earprint::adapters {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kPollMs = 100, kPurgePollsMax = 20;
/// How long is waited for one answer of the broker, and how often, so that an end is noticed in between.
constexpr int kAnswerMsMax = 3'000, kAnswersMax = 5;
constexpr std::size_t kOversizeBytesMax = 32U << 20;  ///< beside the queue, which has twice as much
constexpr const char* kOp = "write to Kafka";

/// What travels with a message: whose it is, and its type.
void* TagOf(std::uint32_t user, model::EventType type) {
  return reinterpret_cast<void*>(static_cast<std::uintptr_t>(user) << 8 | static_cast<std::uintptr_t>(type));
}
std::uint32_t UserOf(const void* tag) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(tag) >> 8);
}
model::EventType TypeOf(const void* tag) {
  return static_cast<model::EventType>(reinterpret_cast<std::uintptr_t>(tag) & 0xFF);
}

bool IsNoAnswer(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT;
}

/// What says that an event was too large for its topic, among the dead letters.
model::EventBatch LetterOf(const std::string& topic, std::string_view line) {
  const auto told = model::ReadEventLine(line);
  std::string scratch, payload;
  const std::string listener(told ? model::ListenerOf(*told, scratch).value_or("unknown") : "unknown");
  const std::string position = "event " + std::string(told ? told->id_text : "");
  const std::string reason =
      "it has " + std::to_string(line.size()) +
      " bytes, more than its topic takes (max.message.bytes); the whole of it is with whoever told it";
  for (const auto& [name, text] : {std::pair<std::string_view, std::string_view>{"source", "kafka"},
                                   {"file", topic},
                                   {"position", position},
                                   {"reason", reason},
                                   {"raw", line.substr(0, model::kRejectRawMax)}}) {
    payload += payload.empty() ? "{\"" : ",\"";
    payload.append(name).append("\":");
    base::AppendJsonString(base::ToValidUtf8(text), payload);
  }
  payload += '}';
  model::EventBatch letter;
  model::AddEvent({model::EventType::kDeadLetter, "kafka", topic + '\x1f' + position, payload}, listener,
                  letter);
  letter.lines.pop_back();
  return letter;
}

}  // namespace

KafkaProducer::~KafkaProducer() {
  Close({base::ErrorCode::kRetryLater, kOp, settings_.servers, "the writer ended"});
}

KafkaProducer::User KafkaProducer::Enter() {
  const std::lock_guard lock(mutex_);
  accounts_[++last_user_];
  return last_user_;
}

void KafkaProducer::Leave(User user) {
  const std::lock_guard lock(mutex_);
  accounts_.erase(user);
}

void KafkaProducer::BreakOff() {
  const std::lock_guard lock(mutex_);
  if (!patience_from_) patience_from_ = SteadyClock::now();
}

void KafkaProducer::OnDelivered(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) NoteReached();
  const std::lock_guard lock(mutex_);
  const User user = UserOf(message._private);
  const model::EventType type = TypeOf(message._private);
  if (message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && type != model::EventType::kDeadLetter) {
    oversize_.push_back({user, type, std::string(static_cast<const char*>(message.key), message.key_len),
                         std::string(static_cast<const char*>(message.payload), message.len)});
    oversize_bytes_ += oversize_.back().line.size();
    return;
  }
  CountOff(user);
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    ++figures_.failed;
    // What went down with the producer is told with the reason for that.
    const auto fatal = WhatBroke();
    NoteLoss(user, fatal ? KafkaFail(settings_, kOp, message.err).error() : fatal.error());
    return;
  }
  ++figures_.confirmed;
  if (patience_from_) patience_from_ = SteadyClock::now();
  // A topic that was made anew begins at 0 again.
  written_[{type, message.partition}] = message.offset + 1;
}

/// For who has the mutex, as the next. Whoever left is told of nothing.
void KafkaProducer::CountOff(User user) {
  --figures_.waiting;
  if (const auto found = accounts_.find(user); found != accounts_.end()) --found->second.under_way;
}

void KafkaProducer::NoteLoss(User user, const base::Error& why) {
  const auto found = accounts_.find(user);
  if (found != accounts_.end() && !found->second.loss) found->second.loss = why;
}

base::Result<void> KafkaProducer::Open() {
  if (handle_) return {};
  std::map<std::string, std::string> own = {
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"partitioner", "murmur2_random"},  // as Java's clients do
      {"queue.buffering.max.messages", std::to_string(kQueuedMessagesMax)},
      {"queue.buffering.max.kbytes", "65536"},
      {"message.max.bytes", std::to_string(kEventBytesMax)},
  };
  for (const auto& [name, value] : {std::pair{"compression.type", "zstd"}, std::pair{"linger.ms", "20"}}) {
    if (!settings_.properties.contains(name)) own[name] = value;
  }
  auto made = MakeClient(RD_KAFKA_PRODUCER, settings_, own, *this);
  if (!made) return std::unexpected(made.error());
  for (const model::EventType type : model::kEventTypes) {
    topics_[static_cast<std::size_t>(type)].reset(
        rd_kafka_topic_new(made->get(), settings_.TopicOf(type).c_str(), nullptr));
  }
  handle_ = std::move(*made);
  return {};
}

/// Ends it: what is under way was not promised, and each whose it is will be told.
void KafkaProducer::Close(const base::Error& why) {
  if (!handle_) return;
  rd_kafka_poll(handle_.get(), 0);  // what was confirmed is not lost
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [user, account] : accounts_) {
      if (account.under_way > 0) NoteLoss(user, why);
    }
  }
  rd_kafka_purge(handle_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  for (int i = 0; i < kPurgePollsMax && rd_kafka_outq_len(handle_.get()) > 0; ++i)
    rd_kafka_flush(handle_.get(), kPollMs);
  for (TopicHandle& topic : topics_) topic.reset();
  handle_.reset();
  {
    const std::lock_guard lock(mutex_);
    oversize_.clear();
    oversize_bytes_ = 0;
    figures_.waiting = 0;
    for (auto& [user, account] : accounts_) account.under_way = 0;
  }
  NoteReached();  // the next one asks for itself
}

base::Result<std::int32_t> KafkaProducer::PartitionsOf(model::EventType type) {
  const rd_kafka_metadata_t* told = nullptr;
  rd_kafka_topic_t* topic = topics_[static_cast<std::size_t>(type)].get();
  for (int answers = 1; told == nullptr; ++answers) {
    const auto code = rd_kafka_metadata(handle_.get(), 0, topic, &told, kAnswerMsMax);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
    if (!IsNoAnswer(code) || answers == kAnswersMax) return KafkaFail(settings_, kOp, code);
    if (auto going = GoOn(); !going) return std::unexpected(going.error());
  }
  const std::int32_t count = told->topic_cnt == 1 ? told->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(told);
  if (count == 0) return KafkaFail(settings_, kOp, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  return count;
}

base::Result<void> KafkaProducer::WhatBroke() const {
  std::array<char, 256> words{};
  const auto fatal = rd_kafka_fatal_error(handle_.get(), words.data(), words.size());
  if (fatal == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return KafkaFail(settings_, kOp, fatal, std::string("the producer broke: ") + words.data());
}

/// A fault that no waiting mends: the producer is ended, since it would fail for ever.
base::Result<void> KafkaProducer::WhatFailed() {
  auto failed = WhatBroke();
  if (const Troubles now = troubles(); failed && now.is_refused) failed = KafkaRefused(settings_, kOp, now);
  if (!failed) Close(failed.error());
  return failed;
}

/// Whether there is a use in waiting on.
base::Result<void> KafkaProducer::GoOn() {
  if (auto failed = WhatFailed(); !failed) return failed;
  const std::lock_guard lock(mutex_);
  if (!patience_from_ || SteadyClock::now() - *patience_from_ < kPatienceAtEnd) return {};
  return KafkaFail(
      settings_, kOp, RD_KAFKA_RESP_ERR__TIMED_OUT,
      fmt::format("the program ends, and {} events were not confirmed by the broker", figures_.waiting));
}

/// Waits until nothing is under way but what is too large.
base::Result<void> KafkaProducer::Flush() {
  while (rd_kafka_flush(handle_.get(), kPollMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (auto going = GoOn(); !going) return going;
  }
  return WhatFailed();
}

base::Result<void> KafkaProducer::Put(User user, model::EventType type, std::int32_t partition,
                                      std::string_view key, std::string_view line) {
  rd_kafka_topic_t* topic = topics_[static_cast<std::size_t>(type)].get();
  // An empty line is none at all: what compaction takes for the end of its key.
  void* const bytes = line.empty() ? nullptr : const_cast<char*>(line.data());
  while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, bytes, line.size(), key.data(), key.size(),
                          TagOf(user, type)) != 0) {
    const auto code = rd_kafka_last_error();
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && type != model::EventType::kDeadLetter)
      return PutLetter(user, type, line);
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      if (auto failed = WhatFailed(); !failed) return failed;
      return KafkaFail(settings_, kOp, code);
    }
    {
      const std::lock_guard lock(mutex_);
      ++figures_.full;
    }
    rd_kafka_poll(handle_.get(), kPollMs);
    if (auto going = GoOn(); !going) return going;
  }
  // Nobody polls before this: what becomes of it is told afterwards.
  const std::lock_guard lock(mutex_);
  ++figures_.waiting;
  if (const auto found = accounts_.find(user); found != accounts_.end()) ++found->second.under_way;
  return {};
}

base::Result<void> KafkaProducer::PutLine(User user, model::EventType type, std::string_view line) {
  const auto told = model::ReadEventLine(line);
  std::string scratch;
  std::optional<std::string_view> key;
  if (told)
    key = type == model::EventType::kAudioFeatures ? told->id_text : model::ListenerOf(*told, scratch);
  if (key) return Put(user, type, RD_KAFKA_PARTITION_UA, *key, line);
  return base::Fail(base::ErrorCode::kCorrupt, kOp, settings_.TopicOf(type),
                    "a line is no event of the house");
}

base::Result<void> KafkaProducer::PutLetter(User user, model::EventType type, std::string_view line) {
  const model::EventBatch letter = LetterOf(settings_.TopicOf(type), line);
  {
    const std::lock_guard lock(mutex_);
    ++figures_.too_large;
  }
  return PutLine(user, model::EventType::kDeadLetter, letter.lines);
}

/// Sends alone what was found too large, whoever's it is: it may have stood beside others, since the broker
/// judges all that came in one piece.
base::Result<void> KafkaProducer::SendOversize() {
  for (auto one = TakeOversize(0); one; one = TakeOversize(0)) {
    const std::size_t others = OversizeLeft();
    auto sent = Put(one->user, one->type, RD_KAFKA_PARTITION_UA, one->key, one->line);
    if (sent) sent = Flush();
    if (sent && TakeOversize(others)) sent = PutLetter(one->user, one->type, one->line);
    if (sent) continue;
    const std::lock_guard lock(mutex_);
    NoteLoss(one->user, sent.error());
    return sent;
  }
  return Flush();
}

std::size_t KafkaProducer::OversizeLeft() const {
  const std::lock_guard lock(mutex_);
  return oversize_.size();
}

/// The first behind so many.
std::optional<KafkaProducer::Oversize> KafkaProducer::TakeOversize(std::size_t behind) {
  const std::lock_guard lock(mutex_);
  if (oversize_.size() <= behind) return {};
  const auto at = oversize_.begin() + static_cast<std::ptrdiff_t>(behind);
  Oversize one = std::move(*at);
  oversize_.erase(at);
  oversize_bytes_ -= one.line.size();
  CountOff(one.user);
  return one;
}

bool KafkaProducer::HoldsMuch() const {
  const std::lock_guard lock(mutex_);
  return oversize_bytes_ > kOversizeBytesMax;
}

base::Result<void> KafkaProducer::Settle() {
  auto done = handle_ ? Flush() : base::Result<void>();
  return done && handle_ ? SendOversize() : done;
}

base::Result<void> KafkaProducer::Sync(User user) {
  auto done = Settle();
  const auto loss = TakeLoss(user);
  return done && loss ? base::Result<void>(std::unexpected(*loss)) : done;
}

std::optional<base::Error> KafkaProducer::TakeLoss(User user) {
  const std::lock_guard lock(mutex_);
  return std::exchange(accounts_[user].loss, {});
}

ports::FeedPlaces KafkaProducer::Written() const {
  const std::lock_guard lock(mutex_);
  return written_;
}

KafkaWriterFigures KafkaProducer::figures() const {
  const std::lock_guard lock(mutex_);
  KafkaWriterFigures figures = figures_;
  figures.errors = troubles().count;
  return figures;
}

}  // namespace earprint::adapters
