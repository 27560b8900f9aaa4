#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/secret_text.hpp"
#include "model/event.hpp"

namespace earprint::adapters {

/// Where a Kafka is and how to speak with it.
///
/// Shape:  `properties` are librdkafka's own, as a person gave them: `security.protocol`, `ssl.ca.location`,
///         `sasl.password`. Their values are treated as secrets, all of them: none is ever shown.
struct KafkaSettings {
  std::string servers;              ///< "host:port,host:port"
  std::string prefix = "earprint";  ///< topics are "<prefix>.<type>"
  std::map<std::string, base::SecretText> properties;

  std::string TopicOf(model::EventType type) const;
  /// The topic that tells whose listening is followed.
  std::string ListenersTopic() const { return prefix + ".listeners"; }
};

/// Reads "kafka://host:port[,host:port…][/prefix]" and properties.
///
/// Errors: kInvalidInput no such address, or a property that is none, or that the house sets itself ·
///         kUnsupported a way to log in that this librdkafka cannot.
base::Result<KafkaSettings> ReadKafkaSettings(
    std::string_view url, std::span<const std::pair<std::string, std::string>> properties);

/// Whether librdkafka can log in with SCRAM to a broker of Kafka 4: `version` as rd_kafka_version() tells it.
bool CanScram(int version);

/// The version of librdkafka in words, and what it cannot: for `earprint doctor`.
std::string KafkaLibraryText();

}  // namespace earprint::adapters
