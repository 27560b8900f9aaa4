#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kafka/kafka_settings.hpp"
#include "adapters/kafka/kafka_writer_figures.hpp"
#include "model/event_line.hpp"
#include "ports/event_log.hpp"
#include "ports/streams/event_feed.hpp"

namespace earprint::adapters {

class KafkaProducer;

/// Puts events on Kafka: one message an event, on "<prefix>.<type>", under the listener's name; audio
/// features, which are nobody's, under their id.
///
/// Shape:   the producer is idempotent and waits for all copies (acks=all), so that what the broker confirms
///          is there once and in order, also when it was killed in between. Packed with zstd.
/// Units:   at most kQueuedMessagesMax events, or 64 MB, wait to be confirmed, and half as much that is sent
///          alone for its size; Append waits while there are as many.
/// Errors:  Append and Sync go on through a broker that is away for up to librdkafka's message.timeout.ms
///          (five minutes unless set), or until BreakOff; then kRetryLater. Where the broker refuses us, or
///          the producer broke for good, the call that finds it fails, and the next one begins with another
///          producer. An event that is more than its topic takes becomes a dead letter with its reason, and
///          holds up nothing.
/// Effects: thread-safe; one user's, as every EventWriter. ForAnother makes one for who works beside it.
class KafkaEventWriter final : public ports::EventWriter {
 public:
  /// The topics must be there (MakeTopics). Errors: kInvalidInput a property's value is of no use.
  static base::Result<std::unique_ptr<KafkaEventWriter>> Open(const KafkaSettings& settings);
  /// Another user's writer through the same producer. What it appends, and what of that is lost, is its own,
  /// whoever's call finds out; the queue, the figures and BreakOff are of all.
  std::unique_ptr<KafkaEventWriter> ForAnother() const;
  ~KafkaEventWriter() override;
  KafkaEventWriter(const KafkaEventWriter&) = delete;
  KafkaEventWriter& operator=(const KafkaEventWriter&) = delete;

  std::string Pack(std::string_view lines) const override { return std::string(lines); }
  std::size_t EventBytesMax() const override;
  base::Result<void> Append(model::EventType type, std::string_view frame) override;
  base::Result<void> Sync() override;

  /// Ends waiting, for good: who waits for a broker that confirms nothing, now or later, gets kRetryLater
  /// within seconds (kPatienceAtEnd), and what was not confirmed is not counted as there. Does not wait
  /// itself.
  void BreakOff();

  /// Puts behind all that a listener told so far that it, or a part of it, is forgotten
  /// (model::ForgottenLine), and waits until that is confirmed. What Append took is waited for first; if it
  /// is lost, its own Sync says so. Errors: as Sync.
  base::Result<void> Forget(const std::string& listener,
                            model::ForgottenPart part = model::ForgottenPart::kAll);

  /// Removes audio features by their ids, so that compaction takes their bytes (kRemovedWithin), and waits
  /// until that is confirmed. Errors: as Sync.
  base::Result<void> RemoveFeatures(const std::vector<std::string>& ids);

  /// Where the last confirmed event of each share stands, and one further.
  ports::FeedPlaces Written() const;

  KafkaWriterFigures figures() const;

 private:
  explicit KafkaEventWriter(std::shared_ptr<KafkaProducer> producer);
  base::Result<void> AppendLines(model::EventType type, std::string_view frame);

  std::shared_ptr<KafkaProducer> producer_;  ///< with those that ForAnother made; the last one ends it
  std::uint32_t user_;
};

}  // namespace earprint::adapters
