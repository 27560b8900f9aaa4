#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/kafka/kafka_settings.hpp"
#include "model/event_line.hpp"
#include "ports/event_log.hpp"
#include "ports/streams/event_feed.hpp"

namespace earprint::adapters {

/// Puts events on Kafka: one message an event, on "<prefix>.<type>", under the listener's name; audio
/// features, which are nobody's, under their id.
///
/// Shape:   the producer is idempotent and waits for all copies (acks=all), so that what the broker confirms
/// is
///          there once and in order, also when it was killed in between. Packed with zstd.
/// Units:   at most kQueuedMessagesMax events wait to be confirmed; Append waits while there are as many.
/// Errors:  Append and Sync go on through a broker that is away for up to librdkafka's message.timeout.ms
/// (five
///          minutes unless set); then kRetryLater. Where the broker refuses us, or the producer broke for
///          good, the call that finds it fails, and the next one begins with another producer. An event that
///          is more than its topic takes becomes a dead letter with its reason, and holds up nothing.
/// Effects: several threads may call.
class KafkaEventWriter final : public ports::EventWriter {
 public:
  static constexpr int kQueuedMessagesMax = 100'000;

  /// The topics must be there (MakeTopics). Errors: kInvalidInput a property's value is of no use.
  static base::Result<std::unique_ptr<KafkaEventWriter>> Open(const KafkaSettings& settings);
  ~KafkaEventWriter() override;
  KafkaEventWriter(const KafkaEventWriter&) = delete;
  KafkaEventWriter& operator=(const KafkaEventWriter&) = delete;

  std::string Pack(std::string_view lines) const override { return std::string(lines); }
  std::size_t EventBytesMax() const override;
  base::Result<void> Append(model::EventType type, std::string_view frame) override;
  base::Result<void> Sync() override;

  /// Puts behind all that a listener told so far that it, or a part of it, is forgotten
  /// (model::ForgottenLine), and waits until that is confirmed. Errors: as Sync.
  base::Result<void> Forget(const std::string& listener,
                            model::ForgottenPart part = model::ForgottenPart::kAll);

  /// Removes audio features by their ids, so that compaction takes their bytes (kRemovedWithin), and waits
  /// until that is confirmed. Errors: as Sync.
  base::Result<void> RemoveFeatures(const std::vector<std::string>& ids);

  /// Where the last confirmed event of each share stands, and one further.
  ports::FeedPlaces Written() const;

  struct Figures {
    std::uint64_t confirmed = 0, failed = 0, waiting = 0, full = 0, errors = 0, too_large = 0;
  };
  /// `full`: how often Append had to wait for room; `too_large`: events that became dead letters.
  Figures figures() const;

 private:
  struct Client;
  explicit KafkaEventWriter(std::unique_ptr<Client> client);
  base::Result<void> AppendLine(model::EventType type, std::string_view line);
  base::Result<void> Put(model::EventType type, std::int32_t partition, std::string_view key,
                         std::string_view line);
  base::Result<void> PutLetter(model::EventType type, std::string_view line);
  base::Result<void> SendOversize();

  std::unique_ptr<Client> client_;
};

}  // namespace earprint::adapters
