#include "adapters/kafka/kafka_event_feed.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "adapters/kafka/kafka_client.hpp"
#include "adapters/kafka/kafka_topics.hpp"

namespace earprint::adapters {

namespace {

using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kCommittedMsMax = 10'000;
constexpr milliseconds kPause{40};  ///< nothing came for so long: what was gathered is handed out
/// A reader that was given no share waits for one so long before it says that nothing is left to do: longer
/// than others are waited for that were killed.
constexpr milliseconds kShareless{60'000};
constexpr milliseconds kStep{200};  ///< refusals are looked for so often

}  // namespace

struct KafkaEventFeed::Client final : KafkaEars {
  const KafkaSettings* settings = nullptr;
  KafkaFeedOptions options;
  std::map<std::string, model::EventType, std::less<>> types;  ///< by topic
  KafkaHandle handle;
  ports::FedBatch batch;  ///< what Read gathers
  std::function<void()> before_leaving;
  ports::FeedPlaces owed;            ///< kept, and not committed yet
  std::set<ports::FeedShare> ended;  ///< shares of which nothing is left
  std::optional<base::Error> fault;  ///< of an assignment
  bool was_given_shares = false;
  SteadyClock::time_point shareless_since = SteadyClock::now();
  mutable std::mutex mutex;  ///< over what follows
  ports::FeedPlaces places;  ///< the shares that we hold, and what comes next in each; -1: not known
  ports::FeedFigures figures;

  void OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list) override {
    rd_kafka_error_t* failed = nullptr;
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      was_given_shares = true;
      FindBeginnings(list);
      failed = rd_kafka_incremental_assign(handle.get(), list);
      Hold(*list);
    } else {
      if (before_leaving) before_leaving();
      CommitOwed(*list);
      LetGo(*list);
      failed = rd_kafka_incremental_unassign(handle.get(), list);
    }
    if (failed == nullptr) return;
    Note(rd_kafka_error_code(failed), rd_kafka_error_string(failed));
    rd_kafka_error_destroy(failed);
  }

  ports::FeedShare ShareOf(const rd_kafka_topic_partition_t& one) const {
    return {types.at(one.topic), one.partition};
  }

  /// Sets where each share that is given to us begins.
  void FindBeginnings(rd_kafka_topic_partition_list_t* list) {
    if (list->cnt == 0) return;
    ports::SinkPlaces known;
    if (options.known) {
      auto told = options.known();
      if (!told) {
        fault = told.error();
        return;
      }
      known = std::move(*told);
    }
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
    if (!known.is_whole) code = rd_kafka_committed(handle.get(), list, kCommittedMsMax);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) Note(code, "");
    for (int i = 0; i < list->cnt; ++i) {
      rd_kafka_topic_partition_t& one = list->elems[i];
      if (known.is_whole) one.offset = RD_KAFKA_OFFSET_INVALID;
      const auto found = known.next.find(ShareOf(one));
      // Where it is not known what was committed, the group's own answer comes later, with the first fetch.
      if (found == known.next.end() && one.offset < 0 && code != RD_KAFKA_RESP_ERR_NO_ERROR) continue;
      if (found != known.next.end()) one.offset = found->second;
      if (one.offset <= 0) one.offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    PassOverWhatIsGone(list);
    TellBeginnings(*list, known);
  }

  void TellBeginnings(const rd_kafka_topic_partition_list_t& list, const ports::SinkPlaces& known) const {
    ports::FeedPlaces beginnings;
    for (int i = 0; i < list.cnt; ++i) {
      const rd_kafka_topic_partition_t& one = list.elems[i];
      if (known.next.contains(ShareOf(one))) continue;
      if (one.offset == RD_KAFKA_OFFSET_BEGINNING) beginnings[ShareOf(one)] = 0;
      if (one.offset > 0) beginnings[ShareOf(one)] = one.offset;
    }
    if (options.on_beginnings && !beginnings.empty()) options.on_beginnings(beginnings);
  }

  /// Where a place is before what the log still has, or behind its end, librdkafka would begin elsewhere
  /// without a word.
  void PassOverWhatIsGone(rd_kafka_topic_partition_list_t* list) {
    std::set<ports::FeedShare> anew;
    for (int i = 0; i < list->cnt; ++i) {
      rd_kafka_topic_partition_t& one = list->elems[i];
      if (one.offset <= 0) continue;
      std::int64_t low = 0, high = 0;
      const auto code = rd_kafka_query_watermark_offsets(handle.get(), one.topic, one.partition, &low, &high,
                                                         kCommittedMsMax);
      if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        Note(code, "");
        break;  // who fetches from a place that is not there finds out, and comes here again
      }
      if (one.offset < low) {
        const auto count = static_cast<std::uint64_t>(low - one.offset);
        Tell(NameOf(one) + ": the log no longer has " + std::to_string(count) + " events, offsets " +
             std::to_string(one.offset) + " to " + std::to_string(low - 1) +
             ", which were not read here; what comes after them is. See retention.ms, and docs/kafka.md");
        one.offset = low;
        const std::lock_guard lock(mutex);
        figures.skipped += count;
      } else if (one.offset > high) {
        Tell(NameOf(one) + ": the log ends at offset " + std::to_string(high) + ", and was read to " +
             std::to_string(one.offset) +
             ": it was made anew, and is read from its beginning; what it held before and was not read is "
             "gone");
        one.offset = RD_KAFKA_OFFSET_BEGINNING;
        anew.insert(ShareOf(one));
      }
    }
    if (anew.empty()) return;
    if (before_leaving) before_leaving();  // a batch of what it was before may still be on its way
    if (options.begin_anew) {
      if (auto begun = options.begin_anew(anew); !begun) fault = begun.error();
    }
    const std::lock_guard lock(mutex);
    figures.begun_anew += anew.size();
  }

  static std::string NameOf(const rd_kafka_topic_partition_t& one) {
    return std::string(one.topic) + "/" + std::to_string(one.partition);
  }

  void Tell(const std::string& words) const {
    if (options.on_loss) options.on_loss(words);
  }

  void Hold(const rd_kafka_topic_partition_list_t& list) {
    const std::lock_guard lock(mutex);
    ++figures.rebalances;
    for (int i = 0; i < list.cnt; ++i)
      places[{types.at(list.elems[i].topic), list.elems[i].partition}] =
          std::max<std::int64_t>(list.elems[i].offset, -1);
  }

  /// What was kept, and could not be committed while the group shared out anew, would come again to a share's
  /// next holder, who may keep it elsewhere.
  void CommitOwed(const rd_kafka_topic_partition_list_t& leaving) {
    ports::FeedPlaces now;
    for (int i = 0; i < leaving.cnt; ++i) {
      const auto found = owed.find({types.at(leaving.elems[i].topic), leaving.elems[i].partition});
      if (found != owed.end()) now.insert(owed.extract(found));
    }
    if (!now.empty()) (void)Commit(now);
  }

  rd_kafka_resp_err_t Commit(const ports::FeedPlaces& next) {
    if (next.empty()) return RD_KAFKA_RESP_ERR_NO_ERROR;
    const KafkaPlaces list(rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
    for (const auto& [share, offset] : next) {
      rd_kafka_topic_partition_list_add(list.get(), settings->TopicOf(share.type).c_str(), share.number)
          ->offset = offset;
    }
    const auto code = CommitPlaces(handle.get(), *list);
    const std::lock_guard lock(mutex);
    ++(code == RD_KAFKA_RESP_ERR_NO_ERROR ? figures.commits : figures.commits_failed);
    return code;
  }

  /// What was gathered of a share that goes to somebody else is that one's to read.
  void LetGo(const rd_kafka_topic_partition_list_t& list) {
    const std::lock_guard lock(mutex);
    ++figures.rebalances;
    for (int i = 0; i < list.cnt; ++i) {
      const ports::FeedShare share{types.at(list.elems[i].topic), list.elems[i].partition};
      places.erase(share);
      ended.erase(share);
      batch.next.erase(share);
      std::erase_if(batch.messages, [&share](const ports::FedMessage& one) { return one.share == share; });
    }
    if (places.empty()) shareless_since = SteadyClock::now();
  }

  bool IsAtEnd() const {
    if (places.empty()) return SteadyClock::now() - shareless_since > kShareless;
    return ended.size() == places.size();
  }

  void Add(const rd_kafka_message_t& message) {
    const ports::FeedShare share{types.find(std::string_view(rd_kafka_topic_name(message.rkt)))->second,
                                 message.partition};
    if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      const std::lock_guard lock(mutex);
      if (const auto held = places.find(share); held != places.end()) {
        ended.insert(share);
        held->second = message.offset;
      }
      return;
    }
    ended.erase(share);
    ports::FedMessage one{share, message.offset};
    one.key_size = static_cast<std::uint32_t>(message.key_len);
    one.size = static_cast<std::uint32_t>(message.len);
    batch.bytes.append(static_cast<const char*>(message.key), message.key_len);
    one.begin = static_cast<std::uint32_t>(batch.bytes.size());
    batch.bytes.append(static_cast<const char*>(message.payload), message.len);
    batch.messages.push_back(one);
    batch.next[share] = message.offset + 1;
  }

  /// How many events a share has from a place on, as of the last answer; -1: not known yet.
  std::int64_t LagOf(const ports::FeedShare& share, std::int64_t next) const {
    std::int64_t low = 0, high = -1;
    const auto code = rd_kafka_get_watermark_offsets(handle.get(), settings->TopicOf(share.type).c_str(),
                                                     share.number, &low, &high);
    const bool is_known = code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0;
    return is_known ? std::max<std::int64_t>(0, high - std::max(next, low)) : -1;
  }

  /// A fault that no waiting mends.
  std::optional<base::Error> Broken() {
    if (fault) return std::exchange(fault, std::nullopt);
    std::array<char, 256> words{};
    if (const auto fatal = rd_kafka_fatal_error(handle.get(), words.data(), words.size()))
      return KafkaFail(*settings, "read from Kafka", fatal, words.data()).error();
    if (const Troubles now = troubles(); now.is_refused)
      return KafkaRefused(*settings, "read from Kafka", now).error();
    return {};
  }
};

KafkaEventFeed::KafkaEventFeed(std::unique_ptr<Client> client) : client_(std::move(client)) {}

KafkaEventFeed::~KafkaEventFeed() { CloseReader(client_->handle.get(), client_->was_given_shares); }

base::Result<std::unique_ptr<KafkaEventFeed>> KafkaEventFeed::Open(const KafkaSettings& settings,
                                                                   KafkaFeedOptions options) {
  auto client = std::make_unique<Client>();
  client->settings = &settings;
  std::map<std::string, std::string> own = {
      {"group.id", options.group},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},  // where to go on is told, not guessed
      {"enable.partition.eof", "true"},
      {"isolation.level", "read_committed"},
      // That a share has nothing more is told with an answer to a fetch, and leaving waits for the last one.
      {"fetch.wait.max.ms", "100"},
      {"partition.assignment.strategy", "cooperative-sticky"},
      {"receive.message.max.bytes", std::to_string(64 << 20)},
  };
  for (const auto& [name, value] : {std::pair<std::string, std::string>{"queued.max.messages.kbytes",
                                                                        std::to_string(options.ahead_kbytes)},
                                    {"queued.min.messages", "1000000"}}) {  // the bytes are what counts
    if (!settings.properties.contains(name)) own[name] = value;
  }
  if (!options.member.empty()) own["group.instance.id"] = options.member;
  client->options = std::move(options);
  auto handle = MakeClient(RD_KAFKA_CONSUMER, settings, own, *client);
  if (!handle) return std::unexpected(handle.error());
  client->handle = std::move(*handle);
  rd_kafka_poll_set_consumer(client->handle.get());
  const KafkaPlaces topics(rd_kafka_topic_partition_list_new(static_cast<int>(model::kEventTypes.size())));
  for (const model::EventType type : model::kEventTypes) {
    const std::string topic = settings.TopicOf(type);
    client->types[topic] = type;
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  if (const auto code = rd_kafka_subscribe(client->handle.get(), topics.get()))
    return KafkaFail(settings, "join the group", code);
  return std::unique_ptr<KafkaEventFeed>(new KafkaEventFeed(std::move(client)));
}

base::Result<ports::FedBatch> KafkaEventFeed::Read(const ports::FeedLimits& limits) {
  Client& client = *client_;
  client.batch = {};
  client.before_leaving = limits.before_leaving;
  const auto begin = SteadyClock::now();
  while (client.batch.messages.size() < limits.messages_max && client.batch.bytes.size() < limits.bytes_max) {
    const auto passed = std::chrono::duration_cast<milliseconds>(SteadyClock::now() - begin);
    const bool has_some = !client.batch.messages.empty();
    const milliseconds left = (has_some ? limits.gather : limits.wait) - passed;
    if (left.count() <= 0) break;
    const KafkaMessage message(rd_kafka_consumer_poll(
        client.handle.get(), static_cast<int>(std::min(left, has_some ? kPause : kStep).count())));
    if (auto broken = client.Broken()) {
      client.before_leaving = {};
      return std::unexpected(std::move(*broken));
    }
    if (!message) {
      if (has_some) break;
      continue;
    }
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      client.NoteReached();
      client.Add(*message);
      if (client.IsAtEnd()) break;
    } else {
      client.Note(message->err, rd_kafka_message_errstr(message.get()));
      if (message->err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) continue;
      client.before_leaving = {};
      return base::Fail(base::ErrorCode::kConflict, "read from Kafka", client.options.group,
                        rd_kafka_message_errstr(message.get()), "join anew, and go on with what there is");
    }
  }
  client.before_leaving = {};
  const std::lock_guard lock(client.mutex);
  for (const auto& [share, next] : client.batch.next)
    client.places[share] = std::max(client.places[share], next);  // its end may lie behind what is no event
  client.figures.messages += client.batch.messages.size();
  client.figures.bytes += client.batch.bytes.size();
  client.batch.at_end = client.IsAtEnd();
  for (const auto& [share, next] : client.places)
    client.batch.behind += static_cast<std::uint64_t>(std::max<std::int64_t>(0, client.LagOf(share, next)));
  return std::exchange(client.batch, {});
}

base::Result<void> KafkaEventFeed::Commit(const ports::FeedPlaces& places) {
  const auto code = client_->Commit(places);
  for (const auto& [share, next] : places) {
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
      client_->owed.erase(share);
    else
      client_->owed[share] = next;
  }
  switch (code) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      return {};
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR__STATE:
      return base::Fail(base::ErrorCode::kConflict, "commit what was read", client_->options.group,
                        "the group has shared out anew", "read on");
    default:
      return KafkaFail(*client_->settings, "commit what was read", code);
  }
}

std::string KafkaEventFeed::NameOf(const ports::FeedShare& share) const {
  return client_->settings->TopicOf(share.type) + "/" + std::to_string(share.number);
}

ports::FeedFigures KafkaEventFeed::Figures() const {
  const std::lock_guard lock(client_->mutex);
  ports::FeedFigures figures = client_->figures;
  for (const auto& [share, next] : client_->places) figures.lag[share] = client_->LagOf(share, next);
  const KafkaEars::Troubles troubles = client_->troubles();
  figures.errors = troubles.count;
  figures.last_error = troubles.last;
  return figures;
}

}  // namespace earprint::adapters
