#include "adapters/kafka/kafka_settings.hpp"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "adapters/kafka/kafka_client.hpp"
#include "base/text.hpp"

namespace earprint::adapters {

namespace {

constexpr std::string_view kScheme = "kafka://";
constexpr int kFirstWithScram = 0x020601ff;

/// What delivery rests on; nobody else sets it.
constexpr std::array<std::string_view, 16> kOwn = {"bootstrap.servers",
                                                   "metadata.broker.list",
                                                   "group.id",
                                                   "enable.idempotence",
                                                   "acks",
                                                   "request.required.acks",
                                                   "enable.auto.commit",
                                                   "auto.commit.enable",
                                                   "enable.auto.offset.store",
                                                   "auto.offset.reset",
                                                   "partition.assignment.strategy",
                                                   "transactional.id",
                                                   "partitioner",
                                                   "enable.partition.eof",
                                                   "isolation.level",
                                                   "group.instance.id"};

base::Failure Refuse(std::string_view subject, std::string cause, std::string hint) {
  return base::Fail(base::ErrorCode::kInvalidInput, "read the log's address", std::string(subject),
                    std::move(cause), std::move(hint));
}

bool IsServer(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size() && port > 0 &&
         std::ranges::none_of(text, [](unsigned char c) { return c <= ' ' || c == '@' || c == '/'; });
}

bool IsPrefix(std::string_view text) {
  return !text.empty() && text.size() <= 60 && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

base::Result<void> CheckProperty(const std::string& name, const std::string& value) {
  if (std::ranges::find(kOwn, name) != kOwn.end())
    return Refuse(name, "this one is set by the program, since delivery rests on it", "leave it out");
  const bool names_a_login = name == "sasl.mechanism" || name == "sasl.mechanisms";
  if (names_a_login && base::AsciiLower(value).starts_with("scram") && !CanScram(rd_kafka_version())) {
    return base::Fail(
        base::ErrorCode::kUnsupported, "read the log's address", name,
        "librdkafka " + std::string(rd_kafka_version_str()) +
            " cannot log in with SCRAM to Kafka 4: it is refused although the password is right",
        "PLAIN over TLS, a client certificate, or librdkafka 2.6.1 or later");
  }
  return {};
}

}  // namespace

std::string KafkaSettings::TopicOf(model::EventType type) const {
  return prefix + "." + std::string(model::TypeName(type));
}

bool CanScram(int version) { return version >= kFirstWithScram; }

std::string KafkaLibraryText() {
  return "librdkafka " + std::string(rd_kafka_version_str()) +
         (CanScram(rd_kafka_version()) ? ""
                                       : "; it cannot log in with SCRAM to Kafka 4: use PLAIN over TLS or a "
                                         "client certificate");
}

base::Result<KafkaSettings> ReadKafkaSettings(
    std::string_view url, std::span<const std::pair<std::string, std::string>> properties) {
  constexpr std::string_view kForm = "kafka://host:port, or kafka://host:port,host:port/prefix";
  if (!url.starts_with(kScheme)) return Refuse(url.substr(0, 60), "it is no Kafka's", std::string(kForm));
  std::string_view rest = url.substr(kScheme.size());
  KafkaSettings settings;
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    settings.prefix = rest.substr(slash + 1);
    rest = rest.substr(0, slash);
    if (!IsPrefix(settings.prefix))
      return Refuse("the prefix", "topics cannot be called so", "letters, digits, '-', '_' and '.'");
  }
  for (const std::string_view server : base::Split(rest, ',')) {
    // A password has no place in an address, which is shown: nothing of it is repeated.
    if (!IsServer(server)) return Refuse("the address", "a server in it is no host:port", std::string(kForm));
  }
  settings.servers = rest;
  for (const auto& [name, value] : properties) {
    if (auto checked = CheckProperty(name, value); !checked) return std::unexpected(checked.error());
    settings.properties[name] = base::SecretText(value);
  }
  // A property that is none is told where it is read, not when the first message goes out.
  if (auto made = MakeConfiguration(settings, {}); !made) return std::unexpected(made.error());
  return settings;
}

}  // namespace earprint::adapters
