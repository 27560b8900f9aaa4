#pragma once

#include <mutex>
#include <string>

#include "sources/spotify/sync/household_state.hpp"

namespace earprint::app {

/// Tells on stderr what keeps listeners from being followed here, each trouble once, and that it is over.
/// Thread-safe.
class ShareTeller {
 public:
  void Look(const sources::spotify::ShareState& state);

 private:
  std::mutex mutex_;
  std::string told_;
};

/// How listeners are shared, in Prometheus' text format.
std::string ShareFigures(const sources::spotify::ShareState& state);

}  // namespace earprint::app
