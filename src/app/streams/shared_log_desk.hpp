#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "adapters/kafka/kafka_event_feed.hpp"
#include "adapters/kafka/kafka_event_writer.hpp"
#include "adapters/kafka/kafka_topics.hpp"
#include "app/command.hpp"
#include "app/pipeline.hpp"
#include "log/lander.hpp"

namespace earprint::app {

/// The log that --log (EARPRINT_LOG) names, with its properties: those of --kafka, and every variable
/// EARPRINT_KAFKA_X_Y as librdkafka's x.y. Errors: kNotFound none is named · those of ReadKafkaSettings.
base::Result<adapters::KafkaSettings> ChooseKafka(const GlobalOptions& global);

/// The lake of a data folder as a place where a shared log's events come to rest; how far it was read is kept
/// in the warehouse, in the same transaction as what was derived from them.
///
/// Shape:  `origin` names the log, so that places on one are never taken for places on another.
class LakeSink final : public ports::EventSink {
 public:
  LakeSink(Pipeline& pipeline, std::string origin) : pipeline_(pipeline), origin_(std::move(origin)) {}
  base::Result<ports::FeedPlaces> Places() override;
  base::Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override;

  /// Whether everything before these places is here.
  bool Has(const ports::FeedPlaces& places) const;

  /// Called after a batch that told something new.
  std::function<void()> on_kept;

 private:
  std::string KeyOf(const ports::FeedShare& share) const;

  Pipeline& pipeline_;
  std::string origin_;
  mutable std::mutex mutex_;
  ports::FeedPlaces kept_;
};

struct SharedLogOptions {
  std::string group;          ///< empty: the data folder's own, so that it is read as a whole
  std::string member;         ///< set with the data folder's own group
  std::string only_listener;  ///< empty: everybody's events come home
  ports::FeedLimits limits;
  adapters::TopicOptions topics;
};

/// A Kafka between the sources and this data folder: what the pipeline takes goes there, and comes home from
/// there.
///
/// Effects: Run reads until it is asked to stop; after a fault it waits a little and begins with what was not
///          committed. Told on stderr once.
class SharedLogDesk final : public SharedLog {
 public:
  /// Makes the topics that are missing. Errors: those of the broker · kRetryLater the data folder's disk.
  static base::Result<std::unique_ptr<SharedLogDesk>> Open(adapters::KafkaSettings settings,
                                                           const DataFolder& folder, Pipeline& pipeline,
                                                           SharedLogOptions options);
  ~SharedLogDesk() override;

  void Start(std::function<void()> on_kept) override;
  void Stop() override;
  bool WaitUntilHome() override;
  std::string FiguresText() const override;

  /// Reads in this thread; `once`: until there is nothing more. Errors: with `once`, the first.
  base::Result<void> Run(const std::stop_token& stop, bool once);

  log::LandReport Report() const;
  ports::FeedFigures Feed() const;

 private:
  SharedLogDesk(adapters::KafkaSettings settings, Pipeline& pipeline, SharedLogOptions options,
                std::string origin);
  base::Result<void> Join();
  void Leave();
  base::Result<bool> Step();

  adapters::KafkaSettings settings_;
  Pipeline& pipeline_;
  SharedLogOptions options_;
  LakeSink sink_;
  std::unique_ptr<adapters::KafkaEventWriter> writer_;
  mutable std::mutex mutex_;  ///< over who reads now, and what those before have done
  std::unique_ptr<adapters::KafkaEventFeed> feed_;
  std::unique_ptr<log::Lander> lander_;
  log::LandReport before_;
  ports::FeedFigures last_;  ///< of the one who read before
  std::jthread thread_;
};

}  // namespace earprint::app
