#pragma once

#include <memory>
#include <optional>

#include "adapters/file/file_state_store.hpp"
#include "app/data_folder.hpp"
#include "app/pipeline.hpp"
#include "metrics/wanted_tracks.hpp"
#include "sources/reccobeats/sound_asker.hpp"

namespace earprint::app {

/// ReccoBeats over the real things: curl, the warehouse, the log.
///
/// Units:   $EARPRINT_RECCOBEATS_URL leads elsewhere than to ReccoBeats.
class ReccoBeatsDesk {
 public:
  /// Errors: kInvalidInput an address that cannot be used.
  static base::Result<std::unique_ptr<ReccoBeatsDesk>> Open(Pipeline& pipeline, const ports::Clock& clock);
  sources::reccobeats::SoundAsker& asker() { return *asker_; }

 private:
  explicit ReccoBeatsDesk(Pipeline& pipeline);

  metrics::WantedTracks wanted_;
  std::unique_ptr<ports::HttpClient> http_;
  std::optional<sources::reccobeats::ReccoBeatsApi> api_;
  std::optional<sources::reccobeats::SoundAsker> asker_;
};

}  // namespace earprint::app
