#include "adapters/kafka/kafka_event_writer.hpp"

#include <array>

#include "adapters/kafka/kafka_client.hpp"
#include "adapters/kafka/kafka_topics.hpp"

namespace earprint::adapters {

namespace {

constexpr int kPollMs = 100, kAnswerMsMax = 15'000;

using TopicHandle = std::unique_ptr<rd_kafka_topic_t, KafkaDeleter<rd_kafka_topic_destroy>>;

}  // namespace

struct KafkaEventWriter::Client final : KafkaEars {
  const KafkaSettings* settings = nullptr;
  KafkaHandle handle;
  std::array<TopicHandle, model::kEventTypes.size()> topics;  ///< gone before the handle
  std::mutex mutex;                                           ///< over Append and Sync
  mutable std::mutex figures_mutex;                           ///< over what follows
  ports::FeedPlaces written;
  Figures figures;
  std::uint64_t failed_since_sync = 0;
  std::string first_failure;

  void OnDelivered(const rd_kafka_message_t& message) override {
    const std::lock_guard lock(figures_mutex);
    if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++figures.failed;
      if (failed_since_sync++ == 0) first_failure = rd_kafka_err2str(message.err);
      return;
    }
    ++figures.confirmed;
    // The type travels with the message.
    const auto type = static_cast<model::EventType>(reinterpret_cast<std::uintptr_t>(message._private));
    auto& next = written[{type, message.partition}];
    next = std::max(next, message.offset + 1);
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

  base::Result<void> WhatFailed() {
    std::array<char, 256> words{};
    if (const auto fatal = rd_kafka_fatal_error(handle.get(), words.data(), words.size()))
      return KafkaFail(*settings, "write to Kafka", fatal,
                       std::string("the producer broke: ") + words.data());
    if (const Troubles now = troubles(); now.is_refused)
      return KafkaRefused(*settings, "write to Kafka", now);
    return {};
  }
};

KafkaEventWriter::KafkaEventWriter(std::unique_ptr<Client> client) : client_(std::move(client)) {}

KafkaEventWriter::~KafkaEventWriter() {
  // What was not synced was not promised.
  rd_kafka_purge(client_->handle.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(client_->handle.get(), kPollMs);
  for (TopicHandle& topic : client_->topics) topic.reset();
}

base::Result<std::unique_ptr<KafkaEventWriter>> KafkaEventWriter::Open(const KafkaSettings& settings) {
  auto client = std::make_unique<Client>();
  client->settings = &settings;
  std::map<std::string, std::string> own = {
      {"enable.idempotence", "true"},
      {"acks", "all"},
      {"partitioner", "murmur2_random"},  // as Java's clients do
      {"queue.buffering.max.messages", std::to_string(kQueuedMessagesMax)},
      {"queue.buffering.max.kbytes", "65536"},
      {"message.max.bytes", std::to_string(kEventBytesMax)},
  };
  for (const auto& [name, value] : {std::pair{"compression.type", "zstd"}, std::pair{"linger.ms", "20"}}) {
    if (!settings.properties.contains(name)) own[name] = value;
  }
  auto handle = MakeClient(RD_KAFKA_PRODUCER, settings, own, *client);
  if (!handle) return std::unexpected(handle.error());
  client->handle = std::move(*handle);
  for (const model::EventType type : model::kEventTypes) {
    client->topics[static_cast<std::size_t>(type)].reset(
        rd_kafka_topic_new(client->handle.get(), settings.TopicOf(type).c_str(), nullptr));
  }
  return std::unique_ptr<KafkaEventWriter>(new KafkaEventWriter(std::move(client)));
}

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
  while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, const_cast<char*>(line.data()), line.size(),
                          key.data(), key.size(), with) != 0) {
    const auto code = rd_kafka_last_error();
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

base::Result<void> KafkaEventWriter::Append(model::EventType type, std::string_view frame) {
  const std::lock_guard lock(client_->mutex);
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
  std::unique_lock lock(client_->mutex);
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

base::Result<void> KafkaEventWriter::Sync() {
  const std::lock_guard lock(client_->mutex);
  while (rd_kafka_flush(client_->handle.get(), kPollMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (auto failed = client_->WhatFailed(); !failed) return failed;
  }
  if (auto failed = client_->WhatFailed(); !failed) return failed;
  const std::lock_guard figures(client_->figures_mutex);
  if (std::exchange(client_->failed_since_sync, 0) > 0)
    return KafkaFail(*client_->settings, "write to Kafka", RD_KAFKA_RESP_ERR__MSG_TIMED_OUT,
                     client_->first_failure);
  return {};
}

ports::FeedPlaces KafkaEventWriter::Written() const {
  const std::lock_guard lock(client_->figures_mutex);
  return client_->written;
}

KafkaEventWriter::Figures KafkaEventWriter::figures() const {
  const std::lock_guard lock(client_->figures_mutex);
  Figures figures = client_->figures;
  figures.waiting = static_cast<std::uint64_t>(rd_kafka_outq_len(client_->handle.get()));
  figures.errors = client_->troubles().count;
  return figures;
}

}  // namespace earprint::adapters
