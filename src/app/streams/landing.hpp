#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "adapters/kafka/kafka_event_feed.hpp"
#include "adapters/kafka/kafka_event_writer.hpp"
#include "log/lander.hpp"

namespace earprint::app {

struct LandingOptions {
  std::string group;   ///< empty: that of the sink's name, so that all of it comes there
  std::string member;  ///< set where the group has this one reader only
  std::string only_listener;
  ports::FeedLimits limits;
  bool reads_ahead = false;             ///< see log::Lander
  std::size_t ahead_kbytes = 64 << 10;  ///< fetched before it is read: what a store takes in a second
  bool ends_when_refused = false;  ///< a fault that no waiting mends ends Run; else it is waited out like any
};

/// Moves places on to those of `next` that are further; none moves back.
void Advance(ports::FeedPlaces& places, const ports::FeedPlaces& next);

/// Brings a Kafka's events to a sink, for as long as it is asked to.
///
/// Effects: after a fault it waits a little, joins the group anew and begins with what was not committed;
///          each trouble is told on stderr once, and that it is over; so is what the log no longer has. One
///          thread runs; all else may be called from any.
class Landing {
 public:
  Landing(const adapters::KafkaSettings& settings, ports::EventSink& sink,
          adapters::KafkaEventWriter& letters, LandingOptions options);

  /// Called after a batch that told something.
  std::function<void()> on_kept;

  /// Reads in this thread; `once`: until there is nothing more. Errors: with `once` the first; those that
  /// LandingOptions says end it.
  /// When it is asked to stop, nothing is waited for that `letters`, or who shares its producer, has put; and
  /// a sink that does not answer is left to itself after a moment.
  base::Result<void> Run(const std::stop_token& stop, bool once);

  /// Whether everything before these places is in the sink.
  bool Has(const ports::FeedPlaces& places) const { return sink_.Has(places); }

  log::LandReport Report() const;
  /// Of all who have read here, one after the other.
  ports::FeedFigures Feed() const;
  /// How often it was in trouble and tried again.
  std::uint64_t Failures() const { return failures_; }

 private:
  /// The sink, asked for one thing at a time, and how far it was brought.
  class Watched final : public ports::EventSink {
   public:
    explicit Watched(ports::EventSink& sink) : sink_(sink) {}
    base::Result<std::string> Name() override { return sink_.Name(); }
    base::Result<ports::SinkPlaces> Places() override;
    void BreakOff() override { sink_.BreakOff(); }
    std::size_t EventBytesMax() const override { return sink_.EventBytesMax(); }
    base::Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override;
    base::Result<ports::TakenReport> Stow(model::EventBatch batch, const ports::FeedPlaces& next) override;
    /// Keeps what one who read before has left stowed.
    base::Result<void> Settle();
    void NoteBeginnings(const ports::FeedPlaces& beginnings) override;
    base::Result<void> BeginAnew(const std::set<ports::FeedShare>& shares) override;
    base::Result<void> Forget(const std::set<ports::ForgottenEvents>& forgotten) override;
    bool Has(const ports::FeedPlaces& places) const;
    std::function<void()> on_kept;

   private:
    void Note(const ports::FeedPlaces& next);

    ports::EventSink& sink_;
    std::mutex turn_;  ///< who is given a share while a batch is kept asks how far the sink is after that
    mutable std::mutex mutex_;
    ports::FeedPlaces kept_;
    ports::FeedPlaces stowed_;      ///< under turn_, as the next
    bool has_stowed_news_ = false;  ///< some of it was new, or was known
  };

  base::Result<void> Join();
  void Leave();
  void BreakOffLater(const std::stop_token& stop, const std::stop_token& over);
  base::Result<bool> Step();
  bool IsOver(const base::Error& fault, bool once) const;
  void TellTrouble(const base::Error& fault, bool goes_on);
  void TellWell();

  const adapters::KafkaSettings& settings_;
  adapters::KafkaEventWriter& letters_;
  LandingOptions options_;
  Watched sink_;
  mutable std::mutex mutex_;  ///< over who reads now, and what those before have done
  std::unique_ptr<adapters::KafkaEventFeed> feed_;
  std::unique_ptr<log::Lander> lander_;
  log::LandReport before_;
  ports::FeedFigures last_;  ///< of all who read before
  std::atomic<std::uint64_t> failures_ = 0;
  std::string told_;   ///< the trouble that is told and not over; the running thread's own, as the next
  int conflicts_ = 0;  ///< since something went well
};

}  // namespace earprint::app
