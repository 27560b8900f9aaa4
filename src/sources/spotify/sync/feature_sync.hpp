#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/halving_batches.hpp"
#include "ports/clock.hpp"
#include "ports/fact_sink.hpp"
#include "ports/wanted_features.hpp"
#include "sources/spotify/answers/spotify_json.hpp"
#include "sources/spotify/spotify_api.hpp"

namespace earprint::sources::spotify {

/// Asks Spotify for the audio features of a listener's tracks, where the application may: new ones may not.
///
/// Shape:   100 tracks a request, those of unknown sound first; each is asked about once, and what Spotify
///          knows nothing of is told so. Where it may not be asked, that is tried again after a day. Where
///          Spotify does not take a request, its ids are asked about in halves, and one that is refused alone
///          is told among the rejects, with its reason.
/// Errors:  none; what stands in the way is `trouble` and tried again, ever more seldom.
/// Effects: one request a call, after everything else that may be asked. One thread at a time.
class FeatureSync {
 public:
  FeatureSync(std::string listener, SpotifyApi& api, ports::WantedFeatures& wanted, ports::FactSink& sink,
              const ports::Clock& clock);

  /// The instant before which there is nothing to do.
  base::UtcMs Work(const std::stop_token& cancel = {});

  /// Due at the next Work: after a login. From any thread.
  void Hurry() { is_hurried_ = true; }

  const std::optional<base::Error>& trouble() const { return trouble_; }

 private:
  void Ask(const std::stop_token& cancel);
  void Refused(const Refusal& refusal);
  base::Result<void> Tell(const std::vector<std::string>& ids, const ReadList<AudioFeatures>& read);
  void PutOff(const base::Error& error);

  std::string listener_;
  SpotifyApi& api_;
  ports::WantedFeatures& wanted_;
  ports::FactSink& sink_;
  const ports::Clock& clock_;
  std::atomic<bool> is_hurried_ = false;
  base::HalvingBatches batches_;  ///< to be asked about
  std::string refusal_;           ///< of the last id that was refused alone
  std::int64_t due_ms_ = 0, failures_ = 0;
  std::optional<base::Error> trouble_;
};

}  // namespace earprint::sources::spotify
