#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "adapters/kafka/kafka_event_writer.hpp"
#include "adapters/kafka/kafka_topics.hpp"
#include "app/command.hpp"
#include "app/pipeline.hpp"
#include "app/streams/landing.hpp"

namespace earprint::app {

/// The log that --log (EARPRINT_LOG) names, with its properties: those of --kafka, and every variable
/// EARPRINT_KAFKA_X_Y as librdkafka's x.y. Errors: kNotFound none is named · those of ReadKafkaSettings.
base::Result<adapters::KafkaSettings> ChooseKafka(const GlobalOptions& global);

/// Under which name the places are kept up to which a log was read. Who read one listener's events alone has
/// read nothing of the others': these places are by themselves.
std::string PlacesName(const std::string& cluster, const std::string& prefix,
                       const std::string& only_listener);

/// The lake of a data folder as a place where a shared log's events come to rest; how far it was read is kept
/// in the warehouse, in the same transaction as what was derived from them.
///
/// Shape:  `origin` names the log, so that places on one are never taken for places on another. A warehouse
///         that was derived anew of a damaged one has no places, and goes by the group's. What is stowed is
///         on the lake's log, and comes into the warehouse later.
class LakeSink final : public ports::EventSink {
 public:
  LakeSink(Pipeline& pipeline, std::string origin, std::string name)
      : pipeline_(pipeline), origin_(std::move(origin)), name_(std::move(name)) {}
  base::Result<std::string> Name() override { return "lake." + name_; }
  base::Result<ports::SinkPlaces> Places() override;
  std::size_t EventBytesMax() const override { return adapters::kEventBytesMax; }
  base::Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override;
  base::Result<ports::TakenReport> Stow(model::EventBatch batch, const ports::FeedPlaces& next) override;
  void NoteBeginnings(const ports::FeedPlaces& beginnings) override;
  base::Result<void> BeginAnew(const std::set<ports::FeedShare>& shares) override;
  base::Result<void> Forget(const std::set<ports::ForgottenEvents>& forgotten) override;

 private:
  std::string KeyOf(const ports::FeedShare& share) const;

  Pipeline& pipeline_;
  std::string origin_, name_;
  ports::FeedPlaces stowed_;  ///< to be stored with the next places
};

struct SharedLogOptions {
  std::string group;          ///< empty: the data folder's own, so that it is read as a whole
  std::string only_listener;  ///< empty: everybody's events come home
  ports::FeedLimits limits;
  adapters::TopicOptions topics;
};

/// A Kafka between the sources and this data folder: what the pipeline takes goes there, and comes home from
/// there.
///
/// Effects: see Landing. Stop ends all waiting for a broker that is away, here and in the pipeline. What was
///          put and not confirmed when it goes is told on stderr.
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
  base::Result<void> Forget(const std::string& listener, model::ForgottenPart part) override;
  std::string FiguresText() const override;

  /// Reads in this thread; `once`: until there is nothing more. Errors: with `once`, the first.
  base::Result<void> Run(const std::stop_token& stop, bool once) { return landing_->Run(stop, once); }

  log::LandReport Report() const { return landing_->Report(); }
  ports::FeedFigures Feed() const { return landing_->Feed(); }
  std::uint64_t Failures() const { return landing_->Failures(); }

 private:
  SharedLogDesk(adapters::KafkaSettings settings, Pipeline& pipeline, LakeSink sink)
      : settings_(std::move(settings)), pipeline_(pipeline), sink_(std::move(sink)) {}

  adapters::KafkaSettings settings_;
  Pipeline& pipeline_;
  LakeSink sink_;
  /// The pipeline's, and the lander's through the same producer: each is told of what it lost itself.
  std::unique_ptr<adapters::KafkaEventWriter> writer_, letters_, takes_;
  std::atomic<bool> is_ending_ = false;
  std::unique_ptr<Landing> landing_;  ///< last but the thread: it uses all of these
  std::jthread thread_;
};

}  // namespace earprint::app
