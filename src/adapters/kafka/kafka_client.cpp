#include "adapters/kafka/kafka_client.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

namespace earprint::adapters {

namespace {

constexpr auto kFirstSharesMax = std::chrono::seconds(5);
constexpr int kPollMs = 50;
constexpr int kCommitMsMax = 3'000;

/// The alert of TLS in words of librdkafka's; nothing where there is none.
std::optional<int> AlertIn(std::string_view words) {
  constexpr std::string_view kBegin = "SSL alert number ";
  const std::size_t at = words.find(kBegin);
  if (at == std::string_view::npos) return {};
  const std::string_view digits = words.substr(at + kBegin.size());
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Whether words of TLS tell that a certificate was not accepted, ours by an alert. All else that TLS
/// stumbles over is a connection that broke: of a broker that dies OpenSSL 3 says "unexpected eof while
/// reading".
bool IsRefusedByTls(std::string_view words) {
  // RFC 8446, 6: these tell that the other side closes, broke, or was told to stop.
  constexpr int kCloses = 0, kBroke = 80, kWasStopped = 90;
  const auto alert = AlertIn(words);
  return words.contains("certificate verify failed") ||
         (alert && *alert != kCloses && *alert != kBroke && *alert != kWasStopped);
}

/// librdkafka calls it a failed login too when the broker goes away during it; the rest of its words are its
/// own then.
bool IsBrokenLogin(std::string_view words) { return words.contains("mechanism handshake failed: Local: "); }

bool IsRefusal(rd_kafka_resp_err_t code, std::string_view words) {
  switch (code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      return !IsBrokenLogin(words);
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return true;
    default:
      // A certificate that the broker does not accept is told on the open connection, as an alert.
      return IsRefusedByTls(words);
  }
}

/// librdkafka's thread tells of faults of its connections here; it has no words of its own on our stderr.
void OnError(rd_kafka_t*, int code, const char* words, void* opaque) {
  static_cast<KafkaEars*>(opaque)->Note(static_cast<rd_kafka_resp_err_t>(code), words);
}

void OnDelivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  static_cast<KafkaEars*>(opaque)->OnDelivered(*message);
}

void OnRebalance(rd_kafka_t* client, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* list,
                 void* opaque) {
  static_cast<KafkaEars*>(opaque)->OnRebalance(client, code, list);
}

void OnLog(const rd_kafka_t*, int, const char*, const char*) {}

}  // namespace

void KafkaEars::Note(rd_kafka_resp_err_t code, const std::string& words) {
  const std::lock_guard lock(mutex_);
  ++troubles_.count;
  troubles_.last = words.empty() ? rd_kafka_err2str(code) : words;
  troubles_.is_refused = troubles_.is_refused || IsRefusal(code, words);
  troubles_.is_away = troubles_.is_away || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
}

void KafkaEars::NoteReached() {
  const std::lock_guard lock(mutex_);
  troubles_.is_refused = false;
  troubles_.is_away = false;
}

void KafkaEars::NoteAnswered() {
  const std::lock_guard lock(mutex_);
  troubles_.is_away = false;
}

KafkaEars::Troubles KafkaEars::troubles() const {
  const std::lock_guard lock(mutex_);
  return troubles_;
}

base::Result<KafkaConfiguration> MakeConfiguration(const KafkaSettings& settings,
                                                   const std::map<std::string, std::string>& own) {
  KafkaConfiguration configuration(rd_kafka_conf_new());
  std::array<char, 512> ignored{};  // librdkafka's words repeat the value
  const auto set = [&](const std::string& name, const std::string& value) -> base::Result<void> {
    if (rd_kafka_conf_set(configuration.get(), name.c_str(), value.c_str(), ignored.data(), ignored.size()) ==
        RD_KAFKA_CONF_OK)
      return {};
    return base::Fail(base::ErrorCode::kInvalidInput, "set up Kafka", name,
                      "librdkafka has no such property, or not with such a value",
                      "the names are those of librdkafka's CONFIGURATION.md");
  };
  if (auto done = set("bootstrap.servers", settings.servers); !done) return std::unexpected(done.error());
  for (const auto& [name, value] : settings.properties) {
    if (auto done = set(name, std::string(value.Reveal())); !done) return std::unexpected(done.error());
  }
  for (const auto& [name, value] : own) {
    if (auto done = set(name, value); !done) return std::unexpected(done.error());
  }
  return configuration;
}

base::Result<KafkaHandle> MakeClient(rd_kafka_type_t kind, const KafkaSettings& settings,
                                     const std::map<std::string, std::string>& own, KafkaEars& ears) {
  auto configuration = MakeConfiguration(settings, own);
  if (!configuration) return std::unexpected(configuration.error());
  rd_kafka_conf_set_opaque(configuration->get(), &ears);
  rd_kafka_conf_set_error_cb(configuration->get(), OnError);
  rd_kafka_conf_set_log_cb(configuration->get(), OnLog);
  if (kind == RD_KAFKA_PRODUCER) {
    rd_kafka_conf_set_dr_msg_cb(configuration->get(), OnDelivered);
  } else {
    rd_kafka_conf_set_rebalance_cb(configuration->get(), OnRebalance);
  }
  std::array<char, 512> words{};
  rd_kafka_t* client = rd_kafka_new(kind, configuration->get(), words.data(), words.size());
  if (client == nullptr) {
    return base::Fail(base::ErrorCode::kInvalidInput, "set up Kafka", settings.servers, words.data(),
                      "see that the files of certificates and keys can be read");
  }
  (void)configuration->release();  // the client's now
  return KafkaHandle(client);
}

void CloseReader(rd_kafka_t* reader, const bool& was_given_shares) {
  const auto end = std::chrono::steady_clock::now() + kFirstSharesMax;
  while (!was_given_shares && std::chrono::steady_clock::now() < end) {
    const KafkaMessage ignored(rd_kafka_consumer_poll(reader, kPollMs));
  }
  rd_kafka_consumer_close(reader);
}

rd_kafka_resp_err_t CommitPlaces(rd_kafka_t* reader, const rd_kafka_topic_partition_list_t& places) {
  const KafkaQueue answers(rd_kafka_queue_new(reader));
  auto code = rd_kafka_commit_queue(reader, &places, answers.get(), nullptr, nullptr);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return code;
  const KafkaEvent answer(rd_kafka_queue_poll(answers.get(), kCommitMsMax));
  if (!answer) return RD_KAFKA_RESP_ERR__TIMED_OUT;
  code = rd_kafka_event_error(answer.get());
  const auto* told = rd_kafka_event_topic_partition_list(answer.get());
  for (int i = 0; told != nullptr && i < told->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    code = told->elems[i].err;
  return code;
}

base::Failure KafkaFail(const KafkaSettings& settings, std::string op, rd_kafka_resp_err_t code,
                        const std::string& words) {
  const std::string cause = words.empty() ? rd_kafka_err2str(code) : words;
  if (IsRefusal(code, words)) {
    return KafkaRefused(settings, std::move(op), {1, cause, true});
  }
  return base::Fail(base::ErrorCode::kRetryLater, std::move(op), settings.servers, cause,
                    "see that the broker runs and that this address is the one it tells to clients");
}

base::Failure KafkaRefused(const KafkaSettings& settings, std::string op,
                           const KafkaEars::Troubles& troubles) {
  return base::Fail(base::ErrorCode::kUnauthorized, std::move(op), settings.servers, troubles.last,
                    "see docs/kafka.md for security.protocol, ssl.* and sasl.*, and what the broker allows");
}

}  // namespace earprint::adapters
