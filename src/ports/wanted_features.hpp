#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace earprint::ports {

/// Which tracks a service could tell the sound of.
class WantedFeatures {
 public:
  virtual ~WantedFeatures() = default;

  struct Question {
    std::string service;      ///< who would be asked: "spotify", "reccobeats"
    std::string listener;     ///< whose tracks; empty: everyone's
    bool with_known = false;  ///< also those that a catalogue knows, after the others
    std::size_t limit = 1'000;
  };

  /// Spotify ids (22 letters and digits, never a local file's) of tracks that were played or stand in a list
  /// and about which the service never answered, most played first. Thread-safe. Errors: the engine's.
  virtual base::Result<std::vector<std::string>> Next(const Question& question) = 0;
};

}  // namespace earprint::ports
