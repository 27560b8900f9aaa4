#pragma once

#include <chrono>
#include <cstdint>

namespace earprint::adapters {

/// How many events wait to be confirmed at most.
inline constexpr int kQueuedMessagesMax = 100'000;

/// How long, once a program is to end, the broker may confirm nothing until it is given up.
inline constexpr std::chrono::seconds kPatienceAtEnd{2};

/// What became of the events that were put on Kafka. `waiting`: put and neither confirmed nor lost yet;
/// `full`: how often a writer had to wait for room; `too_large`: events that became dead letters.
struct KafkaWriterFigures {
  std::uint64_t confirmed = 0, failed = 0, waiting = 0, full = 0, errors = 0, too_large = 0;
};

}  // namespace earprint::adapters
