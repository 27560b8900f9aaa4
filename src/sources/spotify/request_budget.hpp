#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "ports/clock.hpp"
#include "ports/randomness.hpp"
#include "ports/state_store.hpp"
#include "sources/spotify/rolling_count.hpp"

namespace earprint::sources::spotify {

/// Groups of endpoints that are taken to share a quota. Spotify does not tell its groups; these are ours.
enum class Family : std::uint8_t {
  kPlays,
  kPlayer,
  kUser,
  kPlaylists,
  kPlaylistItems,
  kLibrary,
  kTop,
  kTracks,
  kArtists,
  kAlbums,
  kFeatures,
  kSearch,
  kOther,
  kAccounts,  ///< the accounts service: another host, outside the API's quota
};
inline constexpr std::size_t kFamilyCount = 14;

/// "plays", "playlist_items", …
std::string_view FamilyName(Family family);

/// The family of a path below the API's root: "/me/player/recently-played".
Family FamilyOf(std::string_view path);

/// Who goes first when the budget is short.
/// The list of recent plays goes before looks at the player: what it does not tell in time is lost.
enum class Priority : std::uint8_t { kPlays, kLooks, kPlaylists, kEnrichment };

struct BudgetLimits {
  std::int64_t rate_max = 30;    ///< in any 30 s, all families of the API together
  std::int64_t day_max = 6'000;  ///< in any 24 h, all families of the API together
  std::array<std::int64_t, kFamilyCount> family_day_max = {1'500, 4'000, 100, 400, 500, 300, 100,
                                                           500,   300,   300, 500, 150, 100, 500};
  /// Hundredths of `rate_max` and `day_max` that a priority leaves to those before it.
  std::array<std::int64_t, 4> reserve_percent = {0, 10, 20, 40};
};

/// Admits requests so that no rolling window is overrun, whatever is asked and however often we start anew.
///
/// Shape:   windows of 30 s and of 24 h; deadlines for one family or for all.
/// Errors:  kRetryLater, with the instant before which no one need come back; nobody waits in here.
/// Effects: every admission and every deadline is in the state store before it is given back; several threads
///          may ask.
/// Source:  docs/decisions/20261123_request_budget.md
class RequestBudget {
 public:
  /// Errors: those of the state store. A state that cannot be read is begun anew, after one window of quiet.
  static base::Result<std::unique_ptr<RequestBudget>> Open(ports::StateStore& states,
                                                           const ports::Clock& clock,
                                                           ports::Randomness& random,
                                                           BudgetLimits limits = {});

  /// Counts one request, or says when to come back.
  base::Result<void> Admit(Family family, Priority priority);

  /// No request of this family, or of all, before `wait_ms` from now are over. A later deadline that is set
  /// stays.
  void Hold(Family family, std::int64_t wait_ms);
  void HoldAll(std::int64_t wait_ms);

  /// How many listeners there are: each has an equal share of what a pace leaves.
  void ShareAmong(std::size_t listeners);

  /// How long one listener should leave between two requests of a family, so that what is left of its day,
  /// and of all, lasts for everybody: 0 while less than half is used, and ever longer from then on.
  std::int64_t PaceMs(Family family, Priority priority);

  /// Something failed that may pass: the family waits, longer each time, with jitter. Gives the end of the
  /// wait.
  base::UtcMs BackOff(Family family);
  /// It answered: the next failure waits shortly again.
  void Succeeded(Family family);

 private:
  struct Deadline {
    std::int64_t set_at_ms = 0;
    std::int64_t wait_ms = 0;
  };
  struct Share {
    RollingCount day;
    Deadline hold;
    int failures = 0;
  };

  RequestBudget(ports::StateStore& states, const ports::Clock& clock, ports::Randomness& random,
                BudgetLimits limits);
  base::Result<void> Save();
  void Restore(const boost::json::value& state);
  base::UtcMs EndOf(Deadline& deadline, base::UtcMs now) const;
  static void Extend(Deadline& deadline, base::UtcMs now, std::int64_t wait_ms);
  std::int64_t PaceOf(RollingCount& count, std::int64_t most, base::UtcMs now) const;
  base::UtcMs FirstFree(Family family, Priority priority, base::UtcMs now);
  std::int64_t Unreserved(std::int64_t most, Priority priority) const;

  ports::StateStore& states_;
  const ports::Clock& clock_;
  ports::Randomness& random_;
  BudgetLimits limits_;
  std::mutex mutex_;
  RollingCount rate_;
  RollingCount day_;
  Deadline hold_all_;
  std::vector<Share> shares_;
  std::int64_t listeners_ = 1;
};

}  // namespace earprint::sources::spotify
