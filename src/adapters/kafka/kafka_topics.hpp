#pragma once

#include <chrono>
#include <string>

#include "adapters/kafka/kafka_settings.hpp"

namespace earprint::adapters {

/// Topics that are made where they are missing; what is there stays as it is.
struct TopicOptions {
  int partitions = 6;    ///< most readers that can share the work
  int replication = -1;  ///< copies; -1: as the cluster has it
};

/// Largest event that a topic of ours takes; a playlist of ten thousand tracks has 3 MB.
inline constexpr int kEventBytesMax = 16 << 20;

/// How long dead letters stay, which hold what nobody may have meant to keep; lakes and stores have them by
/// then.
inline constexpr std::chrono::milliseconds kLettersKept = std::chrono::days(30);

/// How long what was removed from a compacted topic may still lie there.
inline constexpr std::chrono::milliseconds kRemovedWithin = std::chrono::days(7);

/// Makes the topics of every event type, and that of the listeners, and gives the cluster's id, by which one
/// Kafka is told from another.
///
/// Shape:   facts of a listener are kept for ever, in the order in which they were told; of audio features
///          and of the listeners the last word a key is kept (compaction); dead letters for kLettersKept.
/// Errors:  kUnauthorized the broker refuses us, or to make topics · kRetryLater no broker answers.
base::Result<std::string> MakeTopics(const KafkaSettings& settings, const TopicOptions& options = {});

}  // namespace earprint::adapters
