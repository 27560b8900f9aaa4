#include "adapters/kafka/kafka_listener_share.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "adapters/kafka/kafka_client.hpp"
#include "base/text.hpp"

namespace earprint::adapters {

namespace {

constexpr int kPollMs = 100, kToldMsMax = 10'000, kAnswerMsMax = 1'000;
/// While no broker is there it is looked for so often.
constexpr std::chrono::seconds kLookEvery{2};

/// What one partition holds, while it is ours.
struct Held {
  std::map<std::string, std::uint64_t> listeners;  ///< with their tenures
  std::int64_t next = 0;
  int looks = 0;            ///< that run now
  bool is_read = false;     ///< to its end, so that all its listeners are known
  bool is_leaving = false;  ///< no look may begin
};

/// What became of what was written last.
struct WriterEars final : KafkaEars {
  rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;
  void OnDelivered(const rd_kafka_message_t& message) override {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) NoteReached();
    failed = message.err;
  }
};

}  // namespace

struct KafkaListenerShare::Client final : KafkaEars {
  const KafkaSettings* settings = nullptr;
  std::string topic;
  WriterEars writer_ears;
  KafkaHandle writer;  ///< null: it broke, and who tells something opens another
  KafkaHandle reader;
  std::mutex write_mutex;
  mutable std::mutex mutex;  ///< over what is held
  std::condition_variable ended;
  std::map<std::int32_t, Held> held;
  std::uint64_t tenures = 0;      ///< that there were so far
  bool was_given_shares = false;  ///< the thread's own, as the next
  std::chrono::steady_clock::time_point looked;
  std::jthread thread;  ///< last, so that it ends first

  void OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list) override {
    const bool is_given = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    if (is_given) NoteReached();
    was_given_shares = was_given_shares || is_given;
    for (int i = 0; i < list->cnt; ++i) {
      if (is_given) {
        list->elems[i].offset = RD_KAFKA_OFFSET_BEGINNING;
        const std::lock_guard lock(mutex);
        held[list->elems[i].partition] = {};
      } else {
        LetGo(list->elems[i].partition);
      }
    }
    rd_kafka_error_t* failed = is_given ? rd_kafka_incremental_assign(reader.get(), list)
                                        : rd_kafka_incremental_unassign(reader.get(), list);
    if (failed == nullptr) return;
    Note(rd_kafka_error_code(failed), rd_kafka_error_string(failed));
    rd_kafka_error_destroy(failed);
  }

  /// The next holder may begin when this returns: no look runs any more.
  void LetGo(std::int32_t partition) {
    std::unique_lock lock(mutex);
    const auto found = held.find(partition);
    if (found == held.end()) return;
    found->second.is_leaving = true;
    ended.wait(lock, [found] { return found->second.looks == 0; });
    held.erase(found);
  }

  void Run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const KafkaMessage message(rd_kafka_consumer_poll(reader.get(), kPollMs));
      if (message) Take(*message);
      LookForBrokers();
    }
    CloseReader(reader.get(), was_given_shares);
  }

  /// Whoever holds no share is told nothing when a broker is back.
  void LookForBrokers() {
    const auto now = std::chrono::steady_clock::now();
    if (!troubles().is_away || now - looked < kLookEvery) return;
    looked = now;
    const rd_kafka_metadata_t* told = nullptr;
    if (rd_kafka_metadata(reader.get(), 0, nullptr, &told, kAnswerMsMax) != RD_KAFKA_RESP_ERR_NO_ERROR)
      return;
    rd_kafka_metadata_destroy(told);
    NoteAnswered();
  }

  void Take(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR || message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
      NoteReached();
    const std::lock_guard lock(mutex);
    const auto found = held.find(message.partition);
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF && found != held.end()) {
      found->second.is_read = true;
      found->second.next = message.offset;
    } else if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      Note(message.err, rd_kafka_message_errstr(&message));
    } else if (found != held.end()) {
      const std::string listener(static_cast<const char*>(message.key), message.key_len);
      if (message.len > 0) {
        found->second.listeners[listener] = ++tenures;
      } else {
        found->second.listeners.erase(listener);
      }
      found->second.next = message.offset + 1;
    }
  }

  /// Takes a partition for a look at a listener of it.
  std::optional<std::pair<std::int32_t, std::int64_t>> BeginLook(const std::string& listener) {
    const std::lock_guard lock(mutex);
    for (auto& [partition, one] : held) {
      if (!one.is_read || one.is_leaving || !one.listeners.contains(listener)) continue;
      ++one.looks;
      return std::pair{partition, one.next};
    }
    return {};
  }

  void EndLook(std::int32_t partition) {
    const std::lock_guard lock(mutex);
    --held.at(partition).looks;  // there: whoever lets go waits for this
    ended.notify_all();
  }

  /// Whether the group still takes us for the holder: it refuses the commit of anybody else.
  bool IsHolder(std::int32_t partition, std::int64_t next) {
    const KafkaPlaces list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = next;
    const bool is_holder = CommitPlaces(reader.get(), *list) == RD_KAFKA_RESP_ERR_NO_ERROR;
    if (is_holder) NoteReached();
    return is_holder;
  }

  base::Result<void> OpenWriter() {
    if (writer) return {};
    writer_ears.NoteReached();
    auto made = MakeClient(
        RD_KAFKA_PRODUCER, *settings,
        {{"enable.idempotence", "true"}, {"acks", "all"}, {"partitioner", "murmur2_random"}}, writer_ears);
    if (!made) return std::unexpected(made.error());
    writer = std::move(*made);
    return {};
  }

  base::Result<void> Tell(const std::string& listener, const std::string& value) {
    const std::lock_guard lock(write_mutex);
    auto told = OpenWriter();
    if (told) told = Write(listener, value);
    if (!told) writer.reset();  // it may be broken for good, and what waits there is told anew
    return told;
  }

  base::Result<void> Write(const std::string& listener, const std::string& value) {
    void* bytes = value.empty() ? nullptr : const_cast<char*>(value.data());
    auto code = rd_kafka_producev(
        writer.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_KEY(listener.data(), listener.size()),
        RD_KAFKA_V_VALUE(bytes, value.size()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return KafkaFail(*settings, "share listeners", code);
    writer_ears.failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    code = RD_KAFKA_RESP_ERR__TIMED_OUT;
    for (int waited = 0; waited < kToldMsMax && code != RD_KAFKA_RESP_ERR_NO_ERROR; waited += kPollMs) {
      code = rd_kafka_flush(writer.get(), kPollMs);
      if (const auto now = writer_ears.troubles(); now.is_refused)
        return KafkaRefused(*settings, "share listeners", now);
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = writer_ears.failed;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return KafkaFail(*settings, "share listeners", code);
    return {};
  }
};

KafkaListenerShare::KafkaListenerShare(std::unique_ptr<Client> client) : client_(std::move(client)) {
  client_->thread = std::jthread([to = client_.get()](const std::stop_token& stop) { to->Run(stop); });
}

KafkaListenerShare::~KafkaListenerShare() = default;

base::Result<std::unique_ptr<KafkaListenerShare>> KafkaListenerShare::Open(const KafkaSettings& settings) {
  auto client = std::make_unique<Client>();
  client->settings = &settings;
  client->topic = settings.ListenersTopic();
  if (auto opened = client->OpenWriter(); !opened) return std::unexpected(opened.error());
  // Who hands a listener over waits for the look at it, which may wait for a broker for minutes: whoever
  // polls late is no reason to give it away. A collector that is dead is known by its heartbeats.
  auto reader = MakeClient(RD_KAFKA_CONSUMER, settings,
                           {{"group.id", settings.prefix + ".collectors"},
                            {"max.poll.interval.ms", "1800000"},
                            {"enable.auto.commit", "false"},
                            {"enable.auto.offset.store", "false"},
                            {"auto.offset.reset", "earliest"},
                            {"enable.partition.eof", "true"},
                            {"partition.assignment.strategy", "cooperative-sticky"}},
                           *client);
  if (!reader) return std::unexpected(reader.error());
  client->reader = std::move(*reader);
  rd_kafka_poll_set_consumer(client->reader.get());
  const KafkaPlaces topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), client->topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto code = rd_kafka_subscribe(client->reader.get(), topics.get()))
    return KafkaFail(settings, "join the collectors", code);
  return std::unique_ptr<KafkaListenerShare>(new KafkaListenerShare(std::move(client)));
}

base::Result<void> KafkaListenerShare::Follow(const std::string& listener) {
  std::string value = "{\"listener\":";
  base::AppendJsonString(listener, value);
  return client_->Tell(listener, value + "}");
}

base::Result<void> KafkaListenerShare::Unfollow(const std::string& listener) {
  return client_->Tell(listener, "");
}

std::vector<std::string> KafkaListenerShare::Mine() const {
  const std::lock_guard lock(client_->mutex);
  std::set<std::string> mine;
  for (const auto& [partition, one] : client_->held) {
    if (!one.is_read || one.is_leaving) continue;
    for (const auto& [listener, tenure] : one.listeners) mine.insert(listener);
  }
  return {mine.begin(), mine.end()};
}

std::uint64_t KafkaListenerShare::TenureOf(const std::string& listener) const {
  const std::lock_guard lock(client_->mutex);
  for (const auto& [partition, one] : client_->held) {
    if (const auto found = one.listeners.find(listener); found != one.listeners.end()) return found->second;
  }
  return 0;
}

bool KafkaListenerShare::LookAt(const std::string& listener, const std::function<void()>& look) {
  const auto begun = client_->BeginLook(listener);
  if (!begun) return false;
  const bool is_ours = client_->IsHolder(begun->first, begun->second);
  if (is_ours) look();
  client_->EndLook(begun->first);
  return is_ours;
}

ports::ShareFigures KafkaListenerShare::Figures() const {
  const KafkaEars::Troubles reading = client_->troubles(), writing = client_->writer_ears.troubles();
  ports::ShareFigures figures{.errors = reading.count + writing.count};
  if (reading.is_refused || reading.is_away) {
    figures.trouble = "share listeners: " + client_->settings->servers + ": " + reading.last;
    if (reading.is_refused) figures.trouble += "; see docs/kafka.md for what the broker must allow";
  }
  const std::lock_guard lock(client_->mutex);
  figures.partitions = client_->held.size();
  return figures;
}

}  // namespace earprint::adapters
