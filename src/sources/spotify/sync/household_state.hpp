#pragma once

#include <optional>
#include <string>
#include <vector>

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

/// How a household's connection to Spotify stands.
struct HouseholdState {
  std::string client_id;      ///< of the application; empty: none is set
  std::string redirect_uri;   ///< to be registered with the application; empty: nobody can log in here
  std::string login_problem;  ///< why the last login that was begun came to nothing; empty: it did not
  std::uint64_t logins = 0;   ///< that came to a good end since this process began
  std::vector<ListenerState> listeners;
};

/// As JSON for pages: app{client_id, redirect_uri, login_problem, logins}, listeners[{listener, state,
/// access_ends, notice, missing_scopes, looked_at, read_at, trouble, hint, facts_taken, gaps_found,
/// listed_at, library_trouble, playing, plays_unnamed}]; instants as text in UTC, null where nothing is
/// known; `playing` is what the last look saw: track_id, title, artist, album, kind, is_playing, is_private,
/// progress_ms, length_ms, device, seen_at_ms; `plays_unnamed`: it saw that something plays that Spotify does
/// not name, an advertisement.
std::string HouseholdJson(const HouseholdState& state);

}  // namespace earprint::sources::spotify
