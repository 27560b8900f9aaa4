#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "adapters/kafka/kafka_settings.hpp"
#include "base/error.hpp"

namespace earprint::adapters {

/// librdkafka's handles, each given back where it ends.
template <auto kDestroy>
struct KafkaDeleter {
  void operator()(auto* handle) const { kDestroy(handle); }
};
using KafkaConfiguration = std::unique_ptr<rd_kafka_conf_t, KafkaDeleter<rd_kafka_conf_destroy>>;
using KafkaHandle = std::unique_ptr<rd_kafka_t, KafkaDeleter<rd_kafka_destroy>>;
using KafkaPlaces =
    std::unique_ptr<rd_kafka_topic_partition_list_t, KafkaDeleter<rd_kafka_topic_partition_list_destroy>>;
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, KafkaDeleter<rd_kafka_message_destroy>>;
using KafkaQueue = std::unique_ptr<rd_kafka_queue_t, KafkaDeleter<rd_kafka_queue_destroy>>;
using KafkaEvent = std::unique_ptr<rd_kafka_event_t, KafkaDeleter<rd_kafka_event_destroy>>;

/// What librdkafka tells a client of, from the thread that polls; and the faults it has told of so far.
class KafkaEars {
 public:
  virtual ~KafkaEars() = default;
  virtual void OnDelivered(const rd_kafka_message_t&) {}
  virtual void OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*) {}

  /// Notes a fault. Thread-safe.
  void Note(rd_kafka_resp_err_t code, const std::string& words);
  /// Notes that the broker took or gave something: who was refused before is no longer. Thread-safe.
  void NoteReached();
  /// Notes that a broker answers. Thread-safe.
  void NoteAnswered();

  struct Troubles {
    std::uint64_t count = 0;
    std::string last;  ///< in librdkafka's words
    /// Who we are, or the certificate that was shown, is not accepted; no waiting mends it.
    bool is_refused = false;
    bool is_away = false;  ///< no broker could be reached
  };
  Troubles troubles() const;

 private:
  mutable std::mutex mutex_;
  Troubles troubles_;
};

/// The configuration for a client: the person's properties, then `own`, which win. Errors: kInvalidInput a
/// property that is none; its value is not repeated.
base::Result<KafkaConfiguration> MakeConfiguration(const KafkaSettings& settings,
                                                   const std::map<std::string, std::string>& own);

/// A client, which calls `ears`; they must outlive it. Errors: kInvalidInput what librdkafka cannot start
/// with.
base::Result<KafkaHandle> MakeClient(rd_kafka_type_t kind, const KafkaSettings& settings,
                                     const std::map<std::string, std::string>& own, KafkaEars& ears);

/// Leaves the group and closes a reader. Up to 2.2 librdkafka ends the process where a reader is closed after
/// it was let into a group and before it was given its first shares (its issue 4312), so those are waited
/// for, a little.
void CloseReader(rd_kafka_t* reader, const bool& was_given_shares);

/// Tells the group how far partitions were read, and waits a few seconds for its answer, where
/// rd_kafka_commit waits up to a minute for a broker that died. What no answer came of may still be told.
rd_kafka_resp_err_t CommitPlaces(rd_kafka_t* reader, const rd_kafka_topic_partition_list_t& places);

/// A failure that says with whom we spoke and what could be tried.
base::Failure KafkaFail(const KafkaSettings& settings, std::string op, rd_kafka_resp_err_t code,
                        const std::string& words = {});

/// The same for a client that was refused: kUnauthorized.
base::Failure KafkaRefused(const KafkaSettings& settings, std::string op,
                           const KafkaEars::Troubles& troubles);

}  // namespace earprint::adapters
