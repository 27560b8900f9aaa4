#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/kafka/kafka_settings.hpp"
#include "ports/streams/event_feed.hpp"

namespace earprint::adapters {

struct KafkaFeedOptions {
  std::string group;  ///< readers of one group share the work
  /// A name that only this reader has in its group, and has again when it was killed and comes back: then it
  /// goes on at once, and nobody waits until it is taken for dead. Empty: one that came and may go.
  std::string member;
  /// How far the sink knows itself to have read; asked whenever shares are given to us.
  std::function<base::Result<ports::SinkPlaces>()> known;
  /// Told where shares begin that the sink has no place of.
  std::function<void(const ports::FeedPlaces&)> on_beginnings;
  /// Has the sink forget how far it read shares that were made anew; called before they are read again.
  std::function<base::Result<void>(const std::set<ports::FeedShare>&)> begin_anew;
  /// What is fetched before it is read; librdkafka rests for a second when it is full, so that it must last
  /// as long.
  std::size_t ahead_kbytes = 64 << 10;
  /// Told in words what the log no longer has, or has anew.
  std::function<void(const std::string& words)> on_loss;
};

/// Reads the events of every type from Kafka as one of a group.
///
/// Shape:   a partition of a topic is a share. The group hands shares over one by one (cooperative-sticky),
///          so that a reader who comes or goes stops nobody else. Each share begins where the sink has it;
///          where it has no place and does not know them all, where the group has committed; else at its
///          beginning. What the log no longer has there is told, counted and passed over; a share that ends
///          before that place was made anew, and is read from its beginning.
/// Effects: committed is what Commit is told, nothing by itself.
class KafkaEventFeed final : public ports::EventFeed {
 public:
  /// The topics must be there (MakeTopics). Errors: kInvalidInput a property's value is of no use.
  static base::Result<std::unique_ptr<KafkaEventFeed>> Open(const KafkaSettings& settings,
                                                            KafkaFeedOptions options);
  ~KafkaEventFeed() override;
  KafkaEventFeed(const KafkaEventFeed&) = delete;
  KafkaEventFeed& operator=(const KafkaEventFeed&) = delete;

  base::Result<ports::FedBatch> Read(const ports::FeedLimits& limits) override;
  base::Result<void> Commit(const ports::FeedPlaces& places) override;
  std::string NameOf(const ports::FeedShare& share) const override;
  ports::FeedFigures Figures() const override;

 private:
  struct Client;
  explicit KafkaEventFeed(std::unique_ptr<Client> client);

  std::unique_ptr<Client> client_;
};

}  // namespace earprint::adapters
