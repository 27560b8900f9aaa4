#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/event.hpp"

namespace earprint::ports {

/// What is to be erased.
struct Erasure {
  std::string listener;
  bool is_api_only = false;          ///< just what came over Spotify's Web API; what files told stays
  std::set<model::EventType> types;  ///< just these; empty: all
};

/// Events of one type and source that were erased.
struct ErasedCount {
  std::string type;    ///< "play", "playlist", …
  std::string source;  ///< "extended", "recent", …
  std::uint64_t events = 0;
};

/// What was erased.
struct ErasedSummary {
  std::vector<ErasedCount> counts;  ///< by type, then source
  std::uint64_t events = 0;
  std::uint64_t kept_events = 0;  ///< of others, or not to be erased
  double seconds = 0;
};

/// A store that still holds what is to be erased.
struct PendingStore {
  std::string store;   ///< as it is told to a person, without secrets
  std::string reason;  ///< why it could not be reached
};

/// What a listener's leaving has erased, and what is still to be done.
struct LeaveReport {
  ErasedSummary erased;
  bool was_logged_in = false;       ///< a login at Spotify was dropped
  std::vector<std::string> stores;  ///< which hold nothing more of it; without secrets
  std::vector<PendingStore> pending_stores;
};

/// Erases a listener's events for good: from the log, and from all that is derived from it.
class Eraser {
 public:
  virtual ~Eraser() = default;
  /// A listener of whom nothing is there is no error: nothing is counted then. Thread-safe, and others wait.
  /// Errors: kCorrupt the lake is damaged · kRetryLater the disk is full; all is as it was.
  virtual base::Result<ErasedSummary> Erase(const Erasure& what) = 0;
};

}  // namespace earprint::ports
