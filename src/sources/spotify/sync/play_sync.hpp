#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "ports/clock.hpp"
#include "ports/fact_sink.hpp"
#include "ports/state_store.hpp"
#include "sources/spotify/spotify_api.hpp"
#include "sources/spotify/sync/look_check.hpp"
#include "sources/spotify/sync/player_watch.hpp"
#include "sources/spotify/sync/recent_plays.hpp"

namespace earprint::sources::spotify {

/// How a listener's live collection stands, for a page and for people.
struct SyncReport {
  std::optional<base::UtcMs> looked_at;           ///< the last look at the player that was answered
  std::optional<base::UtcMs> read_at;             ///< the last reading of the list
  std::optional<base::Error> trouble;             ///< what stands in the way now
  std::uint64_t facts_taken = 0, gaps_found = 0;  ///< since this process began
};

/// Brings one listener's plays from Spotify into the house: looks at the player, and reads the list of recent
/// plays.
///
/// Shape:   Work does what is due and tells when to come back; nothing waits in here. What was learned is
///          written ahead: a play that a look shows to be over is in the state store before it is given to
///          the sink, and stays there until the sink has confirmed it; the list's mark moves after the sink
///          has confirmed. So the process may be killed anywhere, and run again.
/// Errors:  none; what stands in the way is in the report, and tried again: at the instant that the trouble
///          tells, else ever more seldom, at most every 15 minutes.
/// Effects: at most one look and one reading a call. One thread at a time.
class PlaySync {
 public:
  PlaySync(std::string listener, SpotifyApi& api, ports::StateStore& states, ports::FactSink& sink,
           const ports::Clock& clock);

  /// The instant before which there is nothing to do.
  base::UtcMs Work(const std::stop_token& cancel = {});

  /// Everything is due at the next Work, whatever stood in the way: after a login. From any thread.
  void Hurry() { is_hurried_ = true; }

  const SyncReport& report() const { return report_; }

  /// Told every look that was answered and is believed, for those who watch.
  std::function<void(const PlayerLook&)> on_look;

 private:
  struct Due {
    std::int64_t at_ms = 0;
    std::int64_t failures = 0;
  };

  bool Load();
  bool SaveWatch();
  bool Save(const std::string& what, const std::string& document);
  void LookAtPlayer(const std::stop_token& cancel);
  void ReadList(const std::stop_token& cancel);
  bool TellOver();
  bool TellListed();
  void PutOff(Due& due, const base::Error& error);
  std::string StateName(std::string_view what) const;

  std::string listener_;
  SpotifyApi& api_;
  ports::StateStore& states_;
  ports::FactSink& sink_;
  const ports::Clock& clock_;
  bool is_loaded_ = false;
  std::atomic<bool> is_hurried_ = false;
  PlayerWatch watch_;
  LookCheck check_;
  RecentMark mark_;
  std::optional<RecentReading> listed_;  ///< what the list told and the sink has not confirmed
  Due load_due_, look_due_, list_due_;
  std::int64_t worked_at_ms_ = 0;
  SyncReport report_;
};

}  // namespace earprint::sources::spotify
