#pragma once

#include <functional>
#include <string>

#include "adapters/kafka/kafka_writer_figures.hpp"
#include "log/lander.hpp"
#include "ports/streams/event_feed.hpp"

namespace earprint::app {

/// What is done with a shared log, counted.
struct StreamState {
  log::LandReport landed;
  ports::FeedFigures feed;
  adapters::KafkaWriterFigures writer;
  std::uint64_t failures = 0;  ///< times that bringing events in failed and was tried again
};

/// Lag, rates and errors of a shared log in Prometheus' text format.
std::string StreamFigures(const StreamState& state,
                          const std::function<std::string(const ports::FeedShare&)>& topic_of);

/// The same in a line or two for a person: what became of the events in so many seconds.
std::string LandedText(const log::LandReport& report, const ports::FeedFigures& feed, double seconds);

}  // namespace earprint::app
