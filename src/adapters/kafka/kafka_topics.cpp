#include "adapters/kafka/kafka_topics.hpp"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "adapters/kafka/kafka_client.hpp"

namespace earprint::adapters {

namespace {

constexpr int kAnswerMsMax = 15'000;

using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, KafkaDeleter<rd_kafka_NewTopic_destroy>>;
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, KafkaDeleter<rd_kafka_AdminOptions_destroy>>;

/// What a topic is for, as its broker must know it.
enum class Kept { kForEver, kLastOfEachKey, kForAWhile };

base::Result<NewTopic> Describe(const std::string& name, Kept kept, const TopicOptions& options) {
  std::array<char, 256> words{};
  NewTopic topic(rd_kafka_NewTopic_new(name.c_str(), options.partitions, options.replication, words.data(),
                                       words.size()));
  if (!topic) return base::Fail(base::ErrorCode::kInvalidInput, "make a topic", name, words.data());
  std::vector<std::pair<const char*, std::string>> settings = {
      {"cleanup.policy", kept == Kept::kLastOfEachKey ? "compact" : "delete"},
      {"retention.ms", kept == Kept::kForAWhile ? std::to_string(kLettersKept.count()) : "-1"},
      {"retention.bytes", "-1"},
      {"max.message.bytes", std::to_string(kEventBytesMax)}};
  // What was removed is gone by then, however little comes.
  if (kept == Kept::kLastOfEachKey)
    settings.emplace_back("max.compaction.lag.ms", std::to_string(kRemovedWithin.count()));
  for (const auto& [key, value] : settings) {
    if (const auto code = rd_kafka_NewTopic_set_config(topic.get(), key, value.c_str()))
      return base::Fail(base::ErrorCode::kInvalidInput, "make a topic", name + ", " + key,
                        rd_kafka_err2str(code));
  }
  return topic;
}

Kept HowKept(model::EventType type) {
  switch (type) {
    case model::EventType::kAudioFeatures:
      return Kept::kLastOfEachKey;
    case model::EventType::kDeadLetter:
      return Kept::kForAWhile;
    default:
      return Kept::kForEver;
  }
}

/// The names of all topics there are.
base::Result<std::set<std::string>> TopicsOf(const KafkaSettings& settings, rd_kafka_t* client,
                                             const KafkaEars& ears) {
  const rd_kafka_metadata_t* told = nullptr;
  rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__TIMED_OUT;
  // In steps, so that a refusal is told at once.
  for (int waited = 0; waited < kAnswerMsMax && code != RD_KAFKA_RESP_ERR_NO_ERROR; waited += 1'000) {
    code = rd_kafka_metadata(client, 1, nullptr, &told, 1'000);
    rd_kafka_poll(client, 0);
    if (ears.troubles().is_refused) {
      if (told != nullptr) rd_kafka_metadata_destroy(told);
      return KafkaRefused(settings, "reach Kafka", ears.troubles());
    }
    if (code == RD_KAFKA_RESP_ERR__TRANSPORT) rd_kafka_poll(client, 500);
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return KafkaFail(settings, "reach Kafka", code, ears.troubles().last);
  std::set<std::string> names;
  for (int i = 0; i < told->topic_cnt; ++i) names.insert(told->topics[i].topic);
  rd_kafka_metadata_destroy(told);
  return names;
}

base::Result<void> Create(const KafkaSettings& settings, rd_kafka_t* client, std::vector<NewTopic>& topics) {
  const AdminOptions options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  std::array<char, 256> ignored{};
  (void)rd_kafka_AdminOptions_set_operation_timeout(options.get(), kAnswerMsMax, ignored.data(),
                                                    ignored.size());
  const KafkaQueue queue(rd_kafka_queue_new(client));
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (NewTopic& topic : topics) raw.push_back(topic.get());
  rd_kafka_CreateTopics(client, raw.data(), raw.size(), options.get(), queue.get());
  const KafkaEvent event(rd_kafka_queue_poll(queue.get(), 2 * kAnswerMsMax));
  if (!event) return KafkaFail(settings, "make topics", RD_KAFKA_RESP_ERR__TIMED_OUT);
  if (const auto code = rd_kafka_event_error(event.get()))
    return KafkaFail(settings, "make topics", code, rd_kafka_event_error_string(event.get()));
  std::size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    const char* words = rd_kafka_topic_result_error_string(results[i]);
    return KafkaFail(settings, "make topic " + std::string(rd_kafka_topic_result_name(results[i])), code,
                     words == nullptr ? "" : words);
  }
  return {};
}

}  // namespace

base::Result<std::string> MakeTopics(const KafkaSettings& settings, const TopicOptions& options) {
  KafkaEars ears;
  auto client = MakeClient(RD_KAFKA_PRODUCER, settings, {}, ears);
  if (!client) return std::unexpected(client.error());
  auto there = TopicsOf(settings, client->get(), ears);
  if (!there) return std::unexpected(there.error());
  std::vector<NewTopic> missing;
  const auto want = [&](const std::string& name, Kept kept) -> base::Result<void> {
    if (there->contains(name)) return {};
    auto topic = Describe(name, kept, options);
    if (!topic) return std::unexpected(topic.error());
    missing.push_back(std::move(*topic));
    return {};
  };
  for (const model::EventType type : model::kEventTypes) {
    auto wanted = want(settings.TopicOf(type), HowKept(type));
    if (!wanted) return std::unexpected(wanted.error());
  }
  if (auto wanted = want(settings.ListenersTopic(), Kept::kLastOfEachKey); !wanted)
    return std::unexpected(wanted.error());
  if (!missing.empty()) {
    if (auto made = Create(settings, client->get(), missing); !made) return std::unexpected(made.error());
  }
  char* id = rd_kafka_clusterid(client->get(), kAnswerMsMax);
  if (id == nullptr) return KafkaFail(settings, "reach Kafka", RD_KAFKA_RESP_ERR__TIMED_OUT);
  std::string cluster(id);
  rd_kafka_mem_free(client->get(), id);
  return cluster;
}

}  // namespace earprint::adapters
