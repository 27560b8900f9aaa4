#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/kafka/kafka_client.hpp"
#include "adapters/kafka/kafka_writer_figures.hpp"
#include "model/event.hpp"
#include "ports/streams/event_feed.hpp"

namespace earprint::adapters {

/// What writers put their events through, and an account for each of them.
///
/// Shape:   every message is one user's. What of it is lost is told to that user when it syncs, also where
///          the call of another found out, and to nobody else.
/// Effects: one thread at a time, who has the `turn`; Enter, Leave, BreakOff and the figures are for all.
class KafkaProducer final : private KafkaEars {
 public:
  using User = std::uint32_t;

  /// `settings` must outlive it.
  explicit KafkaProducer(const KafkaSettings& settings) : settings_(settings) {}
  ~KafkaProducer() override;
  KafkaProducer(const KafkaProducer&) = delete;
  KafkaProducer& operator=(const KafkaProducer&) = delete;

  std::mutex turn;

  User Enter();
  void Leave(User user);

  /// Begins with a new client where there is none. Errors: kInvalidInput a property's value is of no use.
  base::Result<void> Open();
  /// False before Open, and after a call failed of a fault that no waiting mends.
  bool IsOpen() const { return handle_ != nullptr; }

  /// Puts an event under its own key; waits where the queue is full.
  base::Result<void> PutLine(User user, model::EventType type, std::string_view line);
  /// Puts a message into that share, or into that of its key: RD_KAFKA_PARTITION_UA. An empty line is none.
  base::Result<void> Put(User user, model::EventType type, std::int32_t partition, std::string_view key,
                         std::string_view line);
  /// Takes note of what the broker has answered so far.
  void Look() { rd_kafka_poll(handle_.get(), 0); }
  /// Whether so much is to be sent alone that it should be settled before more comes.
  bool HoldsMuch() const;
  /// Waits until nothing is under way, of nobody. What was lost is in its user's account.
  base::Result<void> Settle();
  /// The same; and fails where something of this user's was lost of which it was not told yet.
  base::Result<void> Sync(User user);
  /// Why the first was lost of which this user was not told yet; now it was.
  std::optional<base::Error> TakeLoss(User user);

  /// Into how many a topic is cut.
  base::Result<std::int32_t> PartitionsOf(model::EventType type);

  /// See KafkaEventWriter.
  void BreakOff();
  ports::FeedPlaces Written() const;
  KafkaWriterFigures figures() const;
  const KafkaSettings& settings() const { return settings_; }

 private:
  using TopicHandle = std::unique_ptr<rd_kafka_topic_t, KafkaDeleter<rd_kafka_topic_destroy>>;
  /// What became of one user's events.
  struct Account {
    std::uint64_t under_way = 0;  ///< neither confirmed nor lost yet
    std::optional<base::Error> loss;
  };
  /// An event that the broker refused for the size of what it came in.
  struct Oversize {
    User user;
    model::EventType type;
    std::string key, line;
  };

  void OnDelivered(const rd_kafka_message_t& message) override;
  void CountOff(User user);
  void NoteLoss(User user, const base::Error& why);
  void Close(const base::Error& why);
  base::Result<void> WhatBroke() const;
  base::Result<void> WhatFailed();
  base::Result<void> GoOn();
  base::Result<void> Flush();
  base::Result<void> PutLetter(User user, model::EventType type, std::string_view line);
  base::Result<void> SendOversize();
  std::size_t OversizeLeft() const;
  std::optional<Oversize> TakeOversize(std::size_t behind);

  const KafkaSettings& settings_;
  KafkaHandle handle_;                                         ///< null: it broke, or was not opened
  std::array<TopicHandle, model::kEventTypes.size()> topics_;  ///< gone before the handle
  mutable std::mutex mutex_;                                   ///< over what follows
  ports::FeedPlaces written_;
  KafkaWriterFigures figures_;
  std::map<User, Account> accounts_;
  User last_user_ = 0;
  std::deque<Oversize> oversize_;  ///< to be sent alone; still under way
  std::size_t oversize_bytes_ = 0;
  /// Set by BreakOff, and again by what was confirmed after it.
  std::optional<std::chrono::steady_clock::time_point> patience_from_;
};

}  // namespace earprint::adapters
