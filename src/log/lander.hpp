#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "log/event_check.hpp"
#include "ports/event_log.hpp"
#include "ports/streams/event_feed.hpp"
#include "ports/streams/event_sink.hpp"

namespace earprint::log {

/// What a lander has done so far. read = accepted + duplicate + rejected + passed_by, always.
struct LandReport {
  std::uint64_t read = 0;
  std::uint64_t accepted = 0, duplicate = 0;
  std::uint64_t rejected =
      0;  ///< no event could be made of them; among the dead letters, with topic and offset
  std::uint64_t passed_by =
      0;  ///< another listener's, where only one is wanted; removed facts; who was forgotten
  std::uint64_t batches = 0;

  LandReport& operator+=(const LandReport& more);
};

/// Brings events from a shared log to where they come to rest, each once in effect.
///
/// Shape:   one batch a step: read, checked, refusals put among the log's dead letters, kept or stowed by the
/// sink, and
///          only then committed. A step that fails keeps its batch and begins with it again. Where a listener
///          is forgotten, the sink erases what came before in that share, and what is in the batch before it
///          is passed by.
/// Effects: killed anywhere and begun again, nothing is lost and nothing is double: what was not committed
///          comes again, and the sink knows what it has. One thread steps; Report may be called from any.
class Lander {
 public:
  /// `only_listener`: whose events are wanted, beside what belongs to nobody; empty: everybody's.
  Lander(ports::EventFeed& feed, ports::EventSink& sink, ports::EventWriter& letters,
         std::string only_listener = {});

  ports::FeedLimits limits;

  /// While the sink, in a thread of its own, keeps a batch and more follow, the next one is read and checked.
  /// A share may then be another's before its last batch here is committed: only for sinks to which all
  /// readers of the group bring, where its next holder finds how far it is.
  bool reads_ahead = false;

  /// How many messages the sink may stow while more come at once, and for how long, before it keeps them with
  /// what is made of them. A little less than a warehouse takes in at once.
  std::uint64_t stowed_max = 900'000;
  std::chrono::milliseconds stowed_for_max{10'000};

  /// Reads and keeps one batch; true when there was nothing more. Errors: those of feed, sink and writer;
  /// after kRetryLater the same call may succeed.
  base::Result<bool> Step();

  LandReport Report() const;

 private:
  /// Where in a batch who was forgotten last, by share and name, and of whom what came over the Web API.
  struct Forgotten {
    std::map<std::pair<ports::FeedShare, std::string>, std::int64_t> all, from_api;
  };
  static bool IsMarkOrForgotten(const ports::FedBatch& fed, const ports::FedMessage& message,
                                const Forgotten& forgotten);
  /// What was made of a batch that was read.
  struct Sorted {
    model::EventBatch events, letters;
    std::set<ports::ForgottenEvents> forgotten;  ///< to be erased before the events are kept
    LandReport step;
  };

  Sorted Sort(const ports::FedBatch& fed);
  base::Result<void> Keep(Sorted sorted, const ports::FeedPlaces& next, bool stows);
  bool Stows(const ports::FedBatch& fed) const;
  base::Result<void> KeepPending();
  Forgotten ForgottenOf(const ports::FedBatch& fed) const;
  bool IsWanted(model::EventType type, std::string_view line) const;
  void AddLetter(const ports::FedBatch& fed, const ports::FedMessage& message, const std::string& reason,
                 model::EventBatch& letters) const;

  ports::EventFeed& feed_;
  ports::EventSink& sink_;
  ports::EventWriter& letters_;
  std::string only_listener_;
  EventCheck check_;
  /// What the sink has stowed since it kept all.
  struct Stowed {
    std::uint64_t messages = 0;
    std::chrono::steady_clock::time_point since;
  };
  std::optional<Stowed> stowed_;
  std::optional<ports::FedBatch> pending_;
  std::optional<Sorted> sorted_;                        ///< of pending_, if it was made already
  std::optional<base::Result<ports::FedBatch>> ahead_;  ///< what comes behind pending_
  std::optional<Sorted> sorted_ahead_;
  mutable std::mutex mutex_;
  LandReport report_;
};

}  // namespace earprint::log
