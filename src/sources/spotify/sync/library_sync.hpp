#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/fact_sink.hpp"
#include "ports/state_store.hpp"
#include "sources/spotify/answers/spotify_json.hpp"
#include "sources/spotify/spotify_pages.hpp"
#include "sources/spotify/sync/library_mark.hpp"

namespace earprint::sources::spotify {

/// How the reading of a listener's library stands.
struct LibraryReport {
  std::optional<base::UtcMs> listed_at;  ///< the last whole listing of playlists
  std::optional<base::Error> trouble;    ///< what stands in the way now
  std::uint64_t facts_taken = 0;         ///< since this process began
};

/// Brings a listener's playlists from Spotify into the house, and the saved tracks as one list more.
///
/// Shape:   at most every 15 minutes the playlists are listed; the items of one are read when its snapshot is
///          not the one last told. A reading counts when the list has the same snapshot after it as before;
///          else it begins again, at most five times before the next listing. A playlist whose items may not
///          be read is told with that fact. One that two listings in a row lack has ended, at the first.
///          A list that may not be read is asked for again after a day, and after a login.
///          Saved tracks have no snapshot: their number and when the newest 50 were saved stand for one.
///          A list that took over 20 requests is read again no sooner than 5 minutes a request later.
/// Errors:  none; what stands in the way is in the report and tried again, ever more seldom.
///          Of the same list each statement that differs from the one before is another turn, so that a
///          change that is undone is told too.
/// Effects: one request a call, so that it holds up plays by no more than that. What is to be told is marked
///          so before the sink takes it, and as told after; killed in between, it is told again under the
///          same id. One thread at a time.
/// Source:  docs/decisions/20261124_playlists_over_time.md
class LibrarySync {
 public:
  LibrarySync(std::string listener, SpotifyApi& api, ports::StateStore& states, ports::FactSink& sink,
              const ports::Clock& clock);

  /// The instant before which there is nothing to do.
  base::UtcMs Work(const std::stop_token& cancel = {});

  /// When what is being read can be read on; nothing where all of it was.
  std::optional<base::UtcMs> GoesOnAt() const {
    return listing_ || !wanted_.empty() ? std::optional(base::UtcMs{due_ms_}) : std::nullopt;
  }

  /// Everything is due at the next Work, what was barred too: after a login. From any thread.
  void Hurry() { is_hurried_ = true; }

  const LibraryReport& report() const { return report_; }

 private:
  struct Wanted {
    std::string id, name, snapshot, cover_url;
    int tries = 0;
  };
  struct Listing {
    SpotifyPages pages;
    std::int64_t begun_ms = 0;
    std::vector<SpotifyPlaylist> playlists = {};
    bool has_rejects = false;
    bool has_all_playlists = false;  ///< the saved tracks are next
  };
  struct Reading {
    SpotifyPages pages;
    ReadList<PlaylistEntry> items = {};
    std::int64_t requests = 0;
    bool is_whole = false;
  };

  bool Load();
  bool Save();
  void List(const std::stop_token& cancel);
  void ListSaved(const std::stop_token& cancel);
  /// The saved tracks as a playlist whose snapshot tells their state.
  Asked<SpotifyPlaylist> AskSaved(const std::stop_token& cancel);
  Asked<SpotifyPlaylist> AskAgain(const std::string& id, const std::stop_token& cancel);
  void TakeListing();
  void ReadItems(const std::stop_token& cancel);
  void Confirm(const std::stop_token& cancel);
  /// Tells what is known of the first that is wanted, marks it, and goes on to the next.
  void Tell(model::PlaylistHeld held);
  bool Give(model::EventBatch batch);
  void Drop();
  void PutOff(const base::Error& error);

  std::string listener_;
  SpotifyApi& api_;
  ports::StateStore& states_;
  ports::FactSink& sink_;
  const ports::Clock& clock_;
  bool is_loaded_ = false;
  std::atomic<bool> is_hurried_ = false;
  LibraryMark mark_;
  std::optional<Listing> listing_;
  std::deque<Wanted> wanted_;       ///< whose items are to be read
  std::optional<Reading> reading_;  ///< of the first of them
  std::int64_t due_ms_ = 0, failures_ = 0;
  LibraryReport report_;
};

}  // namespace earprint::sources::spotify
