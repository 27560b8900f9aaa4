#include "adapters/kafka/kafka_event_writer.hpp"

#include <array>
#include <vector>

#include "adapters/kafka/kafka_client.hpp"
#include "adapters/kafka/kafka_topics.hpp"
#include "base/text.hpp"
#include "model/event_batch.hpp"

namespace earprint::adapters {

namespace {

constexpr int kPollMs = 100, kAnswerMsMax = 15'000, kPurgePollsMax = 20;
/// What a message has beside an event: its key, where in a file it was, and what the log puts around it.
constexpr std::size_t kRoomBesideBytes = 64 << 10;

/// An event that the broker refused for the size of what it came in.
struct Oversize {
  model::EventType type;
  std::string key, line;
};

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

using TopicHandle = std::unique_ptr<rd_kafka_topic_t, KafkaDeleter<rd_kafka_topic_destroy>>;

}  // namespace

struct KafkaEventWriter::Client final : KafkaEars {
  const KafkaSettings* settings = nullptr;
  KafkaHandle handle;  ///< null: it broke, and the next call opens another
  std::array<TopicHandle, model::kEventTypes.size()> topics;  ///< gone before the handle
  std::mutex mutex;                                           ///< over Append and Sync
  mutable std::mutex figures_mutex;  ///< over what follows, and who changes the handle
  ports::FeedPlaces written;
  Figures figures;
  std::uint64_t failed_since_sync = 0;
  std::string first_failure;
  std::vector<Oversize> oversize;  ///< what the broker found too large, to be sent alone

  void OnDelivered(const rd_kafka_message_t& message) override {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) NoteReached();
    const std::lock_guard lock(figures_mutex);
    // The type travels with the message.
    const auto type = static_cast<model::EventType>(reinterpret_cast<std::uintptr_t>(message._private));
    if (message.err == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && type != model::EventType::kDeadLetter) {
      oversize.push_back({type, std::string(static_cast<const char*>(message.key), message.key_len),
                          std::string(static_cast<const char*>(message.payload), message.len)});
      return;
    }
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++figures.failed;
      if (failed_since_sync++ == 0) first_failure = rd_kafka_err2str(message.err);
      return;
    }
    ++figures.confirmed;
    // A topic that was made anew begins at 0 again.
    written[{type, message.partition}] = message.offset + 1;
  }

  base::Result<void> Open() {
    if (handle) return {};
    std::map<std::string, std::string> own = {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        {"partitioner", "murmur2_random"},  // as Java's clients do
        {"queue.buffering.max.messages", std::to_string(kQueuedMessagesMax)},
        {"queue.buffering.max.kbytes", "65536"},
        {"message.max.bytes", std::to_string(kEventBytesMax)},
    };
    for (const auto& [name, value] : {std::pair{"compression.type", "zstd"}, std::pair{"linger.ms", "20"}}) {
      if (!settings->properties.contains(name)) own[name] = value;
    }
    auto made = MakeClient(RD_KAFKA_PRODUCER, *settings, own, *this);
    if (!made) return std::unexpected(made.error());
    for (const model::EventType type : model::kEventTypes) {
      topics[static_cast<std::size_t>(type)].reset(
          rd_kafka_topic_new(made->get(), settings->TopicOf(type).c_str(), nullptr));
    }
    const std::lock_guard lock(figures_mutex);
    handle = std::move(*made);
    return {};
  }

  /// Ends it: what was not synced was not promised, and the Sync to come says so.
  void Close() {
    if (!handle) return;
    const int lost = rd_kafka_outq_len(handle.get());
    rd_kafka_purge(handle.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    for (int i = 0; i < kPurgePollsMax && rd_kafka_outq_len(handle.get()) > 0; ++i)
      rd_kafka_flush(handle.get(), kPollMs);
    for (TopicHandle& topic : topics) topic.reset();
    KafkaHandle gone;
    {
      const std::lock_guard lock(figures_mutex);
      gone = std::move(handle);
      if ((lost > 0 || !oversize.empty()) && failed_since_sync == 0) failed_since_sync = 1;
      oversize.clear();
    }
    NoteReached();  // the next one asks for itself
  }

  /// Into how many a topic is cut.
  base::Result<std::int32_t> PartitionsOf(model::EventType type) {
    const rd_kafka_metadata_t* told = nullptr;
    rd_kafka_topic_t* topic = topics[static_cast<std::size_t>(type)].get();
    const auto code = rd_kafka_metadata(handle.get(), 0, topic, &told, kAnswerMsMax);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return KafkaFail(*settings, "write to Kafka", code);
    const std::int32_t count = told->topic_cnt == 1 ? told->topics[0].partition_cnt : 0;
    rd_kafka_metadata_destroy(told);
    if (count == 0) return KafkaFail(*settings, "write to Kafka", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    return count;
  }

  /// A fault that no waiting mends: the producer is ended, since it would fail for ever.
  base::Result<void> WhatFailed() {
    std::array<char, 256> words{};
    base::Result<void> failed;
    if (const auto fatal = rd_kafka_fatal_error(handle.get(), words.data(), words.size())) {
      failed =
          KafkaFail(*settings, "write to Kafka", fatal, std::string("the producer broke: ") + words.data());
    } else if (const Troubles now = troubles(); now.is_refused) {
      failed = KafkaRefused(*settings, "write to Kafka", now);
    }
    if (!failed) Close();
    return failed;
  }

  /// Waits until nothing is under way.
  base::Result<void> Flush() {
    while (rd_kafka_flush(handle.get(), kPollMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (auto failed = WhatFailed(); !failed) return failed;
    }
    return WhatFailed();
  }
};

KafkaEventWriter::KafkaEventWriter(std::unique_ptr<Client> client) : client_(std::move(client)) {}

KafkaEventWriter::~KafkaEventWriter() { client_->Close(); }

base::Result<std::unique_ptr<KafkaEventWriter>> KafkaEventWriter::Open(const KafkaSettings& settings) {
  auto client = std::make_unique<Client>();
  client->settings = &settings;
  if (auto opened = client->Open(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<KafkaEventWriter>(new KafkaEventWriter(std::move(client)));
}

std::size_t KafkaEventWriter::EventBytesMax() const { return kEventBytesMax - kRoomBesideBytes; }

base::Result<void> KafkaEventWriter::AppendLine(model::EventType type, std::string_view line) {
  const auto told = model::ReadEventLine(line);
  std::string scratch;
  std::optional<std::string_view> key;
  if (told)
    key = type == model::EventType::kAudioFeatures ? told->id_text : model::ListenerOf(*told, scratch);
  if (!key) {
    return base::Fail(base::ErrorCode::kCorrupt, "write to Kafka", client_->settings->TopicOf(type),
                      "a line is no event of the house");
  }
  return Put(type, RD_KAFKA_PARTITION_UA, *key, line);
}

base::Result<void> KafkaEventWriter::Put(model::EventType type, std::int32_t partition, std::string_view key,
                                         std::string_view line) {
  rd_kafka_topic_t* topic = client_->topics[static_cast<std::size_t>(type)].get();
  const auto with = reinterpret_cast<void*>(static_cast<std::uintptr_t>(type));
  // An empty line is none at all: what compaction takes for the end of its key.
  void* const bytes = line.empty() ? nullptr : const_cast<char*>(line.data());
  while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, bytes, line.size(), key.data(), key.size(),
                          with) != 0) {
    const auto code = rd_kafka_last_error();
    if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE && type != model::EventType::kDeadLetter)
      return PutLetter(type, line);
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      if (auto failed = client_->WhatFailed(); !failed) return failed;
      return KafkaFail(*client_->settings, "write to Kafka", code);
    }
    {
      const std::lock_guard lock(client_->figures_mutex);
      ++client_->figures.full;
    }
    rd_kafka_poll(client_->handle.get(), kPollMs);
    if (auto failed = client_->WhatFailed(); !failed) return failed;
  }
  return {};
}

base::Result<void> KafkaEventWriter::PutLetter(model::EventType type, std::string_view line) {
  const model::EventBatch letter = LetterOf(client_->settings->TopicOf(type), line);
  {
    const std::lock_guard lock(client_->figures_mutex);
    ++client_->figures.too_large;
  }
  return AppendLine(model::EventType::kDeadLetter, letter.lines);
}

base::Result<void> KafkaEventWriter::SendOversize() {
  const auto take = [this] {
    const std::lock_guard lock(client_->figures_mutex);
    return std::exchange(client_->oversize, {});
  };
  // The broker judges all that came in one piece: what is found too large may have stood beside others.
  for (const Oversize& one : take()) {
    auto sent = Put(one.type, RD_KAFKA_PARTITION_UA, one.key, one.line);
    if (sent) sent = client_->Flush();
    if (sent && !take().empty()) sent = PutLetter(one.type, one.line);
    if (!sent) return sent;
  }
  return client_->Flush();
}

base::Result<void> KafkaEventWriter::Append(model::EventType type, std::string_view frame) {
  const std::lock_guard lock(client_->mutex);
  if (auto opened = client_->Open(); !opened) return opened;
  while (!frame.empty()) {
    const std::size_t end = frame.find('\n');
    if (end == std::string_view::npos) {
      return base::Fail(base::ErrorCode::kCorrupt, "write to Kafka", client_->settings->TopicOf(type),
                        "a line has no end");
    }
    if (auto appended = AppendLine(type, frame.substr(0, end)); !appended) return appended;
    frame.remove_prefix(end + 1);
    rd_kafka_poll(client_->handle.get(), 0);
  }
  return {};
}

base::Result<void> KafkaEventWriter::Forget(const std::string& listener, model::ForgottenPart part) {
  // What is sent anew must not come behind the word that erases it.
  if (auto synced = Sync(); !synced) return synced;
  std::unique_lock lock(client_->mutex);
  if (auto opened = client_->Open(); !opened) return opened;
  // Audio features are on every share under their ids; all else of a listener is on one.
  auto feature_shares = client_->PartitionsOf(model::EventType::kAudioFeatures);
  if (!feature_shares) return std::unexpected(feature_shares.error());
  for (const model::EventType type : model::kEventTypes) {
    const bool is_everywhere = type == model::EventType::kAudioFeatures;
    for (std::int32_t i = 0; i < (is_everywhere ? *feature_shares : 1); ++i) {
      auto put = Put(type, is_everywhere ? i : RD_KAFKA_PARTITION_UA, model::ForgottenKey(type, listener),
                     model::ForgottenLine(listener, part));
      if (!put) return put;
    }
  }
  lock.unlock();
  return Sync();
}

base::Result<void> KafkaEventWriter::RemoveFeatures(const std::vector<std::string>& ids) {
  {
    const std::lock_guard lock(client_->mutex);
    if (auto opened = client_->Open(); !opened) return opened;
    for (const std::string& id : ids) {
      auto put = Put(model::EventType::kAudioFeatures, RD_KAFKA_PARTITION_UA, id, {});
      if (!put) return put;
    }
  }
  return Sync();
}

base::Result<void> KafkaEventWriter::Sync() {
  const std::lock_guard lock(client_->mutex);
  auto done = client_->handle ? client_->Flush() : base::Result<void>();
  if (done && client_->handle) done = SendOversize();
  const std::lock_guard figures(client_->figures_mutex);
  const bool is_whole = std::exchange(client_->failed_since_sync, 0) == 0;
  if (done && !is_whole)
    return KafkaFail(*client_->settings, "write to Kafka", RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
                     client_->first_failure);
  return done;
}

ports::FeedPlaces KafkaEventWriter::Written() const {
  const std::lock_guard lock(client_->figures_mutex);
  return client_->written;
}

KafkaEventWriter::Figures KafkaEventWriter::figures() const {
  const std::lock_guard lock(client_->figures_mutex);
  Figures figures = client_->figures;
  if (client_->handle) figures.waiting = static_cast<std::uint64_t>(rd_kafka_outq_len(client_->handle.get()));
  figures.errors = client_->troubles().count;
  return figures;
}

}  // namespace earprint::adapters
