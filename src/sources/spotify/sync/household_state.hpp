#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "ports/streams/listener_share.hpp"
#include "sources/spotify/spotify_session.hpp"
#include "sources/spotify/sync/library_sync.hpp"
#include "sources/spotify/sync/play_sync.hpp"

namespace earprint::sources::spotify {

/// How one listener's connection to Spotify stands.
struct ListenerState {
  std::string listener;
  AccessReport access;
  SyncReport sync;
  std::optional<PlayerLook> look;  ///< the last one that was answered
  LibraryReport library;
};

/// How the listeners of a house are shared among collectors, as this one knows it.
struct ShareState {
  std::uint64_t partitions = 0, listeners = 0;  ///< that are this collector's
  std::uint64_t errors = 0;                     ///< of the way to the others, so far
  std::uint64_t failures = 0;                   ///< to tell of a listener, to take one in or over, so far
  std::string trouble;  ///< what keeps listeners from being followed here; empty: nothing
};

/// What keeps a collector from following the listeners that are its own, as of now.
///
/// Effects: thread-safe.
class ShareTroubles {
 public:
  enum class Step { kFollow, kTakeIn, kRenew };

  /// Says that these are to be followed, and takes whom it could say it of out of them.
  void Follow(ports::ListenerShare& share, std::set<std::string>& untold);

  /// Notes how a step for a listener ended, and gives whether it was well; a trouble is over when the same
  /// step succeeds, or the listener is no longer this collector's.
  bool Note(Step step, const std::string& listener, const base::Result<void>& done);

  /// How the listeners are shared, and what stands in the way: of the share itself first.
  ShareState StateOf(const ports::ListenerShare& share) const;
  /// Whether what stands in the way is another thing than when this was called last.
  bool HasNews(const ports::ListenerShare& share);

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<Step, std::string>, std::string> troubles_;
  std::uint64_t failures_ = 0;
  std::string last_;  ///< what HasNews has seen
};

/// How a household's connection to Spotify stands.
struct HouseholdState {
  std::string client_id;      ///< of the application; empty: none is set
  std::string redirect_uri;   ///< to be registered with the application; empty: nobody can log in here
  std::string login_problem;  ///< why the last login that was begun came to nothing; empty: it did not
  std::uint64_t logins = 0;   ///< that came to a good end since this process began
  std::vector<ListenerState> listeners;
  std::optional<ShareState> share;  ///< nothing where no other collector follows listeners of this house
};

/// As JSON for pages: app{client_id, redirect_uri, login_problem, logins}, listeners[{listener, state,
/// access_ends, notice, missing_scopes, looked_at, read_at, trouble, hint, facts_taken, gaps_found,
/// listed_at, library_trouble, playing, plays_unnamed}]; instants as text in UTC, null where nothing is
/// known; `playing` is what the last look saw: track_id, title, artist, album, kind, is_playing, is_private,
/// progress_ms, length_ms, device, seen_at_ms; `plays_unnamed`: it saw that something plays that Spotify does
/// not name, an advertisement.
std::string HouseholdJson(const HouseholdState& state);

}  // namespace earprint::sources::spotify
