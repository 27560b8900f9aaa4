#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/halving_batches.hpp"
#include "ports/clock.hpp"
#include "ports/fact_sink.hpp"
#include "ports/state_store.hpp"
#include "ports/wanted_features.hpp"
#include "sources/reccobeats/reccobeats_api.hpp"

namespace earprint::sources::reccobeats {

/// What is sent, in the words that a person agrees to.
inline constexpr std::string_view kWhatIsSent =
    "The Spotify ids of the tracks whose sound no catalogue knows are sent to reccobeats.com, of everyone "
    "whose "
    "plays or playlists are kept here: who agrees, agrees for all of them. 40 are sent at a time and each "
    "once: "
    "not who plays them, nor when, nor how often. Spotify's terms may not allow that for what came over its "
    "Web "
    "API.";

/// Whether a person has agreed that ReccoBeats is asked.
///
/// Errors:  those of the state store; a state that cannot be read is no agreement.
class Agreement {
 public:
  explicit Agreement(ports::StateStore& states) : states_(states) {}
  /// When it was given; nothing where it was not.
  base::Result<std::optional<base::UtcMs>> Given();
  base::Result<void> Give(base::UtcMs now);
  base::Result<void> Withdraw();

 private:
  ports::StateStore& states_;
};

/// Asks ReccoBeats about the tracks of unknown sound.
///
/// Shape:   40 tracks a request and at most one request a second, most played first; each is asked about
///          once, and what ReccoBeats knows nothing of is told so. Where it refuses a request for its ids,
///          those are asked about in halves, and one that it refuses alone is told among the rejects, with
///          its reason.
/// Errors:  none; what stands in the way is `trouble` and tried again, ever more seldom, or when they say.
/// Effects: one request a call. One thread at a time.
class SoundAsker {
 public:
  struct Hands {
    ReccoBeatsApi& api;
    ports::WantedFeatures& wanted;
    ports::FactSink& sink;
    const ports::Clock& clock;
    /// How often something was erased: ids that were wanted before may be of who is forgotten.
    std::function<std::uint64_t()> erasures = [] { return std::uint64_t{0}; };
  };
  explicit SoundAsker(Hands hands) : hands_(hands) {}

  /// The instant before which there is nothing to do.
  base::UtcMs Work(const std::stop_token& cancel = {});

  std::uint64_t asked() const { return asked_; }  ///< tracks, since this began
  std::uint64_t found() const { return found_; }  ///< of these, those whose sound was told
  const std::optional<base::Error>& trouble() const { return trouble_; }
  /// Nothing is left to ask about, as far as was looked.
  bool is_done() const { return is_done_; }

 private:
  void Ask(const std::stop_token& cancel);
  base::Result<void> Tell(const std::vector<std::string>& ids, const SoundAnswer& answer);
  void PutOff(const base::Error& error);

  Hands hands_;
  base::HalvingBatches batches_{kIdsMax};  ///< to be asked about
  std::uint64_t erasures_ = 0;             ///< as of which these are wanted
  std::string refusal_;                    ///< of the last id that was refused alone
  std::int64_t due_ms_ = 0, failures_ = 0;
  std::uint64_t asked_ = 0, found_ = 0;
  bool is_done_ = false;
  std::optional<base::Error> trouble_;
};

}  // namespace earprint::sources::reccobeats
