#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/fact_sink.hpp"
#include "ports/state_store.hpp"
#include "sources/spotify/answers/spotify_json.hpp"
#include "sources/spotify/spotify_pages.hpp"

namespace earprint::sources::spotify {

/// Brings in what Spotify itself says of a listener: the first 50 of top tracks and artists over its three
/// ranges, and every artist that is followed.
///
/// Shape:   each list is read once a day, and told when it differs from what was told last. One that may not
///          be read is left for a day.
/// Errors:  none; what stands in the way is `trouble` and tried again, ever more seldom.
/// Effects: one request a call, so that it holds up plays by no more than that. What was told is marked after
///          the sink has taken it; killed before, it is told again under the same id. One thread at a time.
class StatementSync {
 public:
  StatementSync(std::string listener, SpotifyApi& api, ports::StateStore& states, ports::FactSink& sink,
                const ports::Clock& clock);

  /// The instant before which there is nothing to do.
  base::UtcMs Work(const std::stop_token& cancel = {});

  /// Every list is due at the next Work: after a login. From any thread.
  void Hurry() { is_hurried_ = true; }

  const std::optional<base::Error>& trouble() const { return trouble_; }

 private:
  struct Known {
    std::int64_t asked_at_ms = 0;
    std::string contents;  ///< a hash of what was told last
  };
  struct Thing {
    std::string id, name, artist;
  };
  struct Reading {
    std::size_t list = 0;  ///< its place in the table of lists
    SpotifyPages pages;
    std::vector<Thing> things = {};
    std::vector<RejectedElement> rejects = {};
  };

  bool Load();
  void Save();
  void Begin();
  base::Result<void> Take(const Page& page);
  void Tell();
  /// Done with the list that is read, until tomorrow.
  void Finish(const std::string& contents);
  void PutOff(const base::Error& error);

  std::string listener_;
  SpotifyApi& api_;
  ports::StateStore& states_;
  ports::FactSink& sink_;
  const ports::Clock& clock_;
  bool is_loaded_ = false;
  std::atomic<bool> is_hurried_ = false;
  std::map<std::string, Known> known_;  ///< by path and range
  std::optional<Reading> reading_;
  std::int64_t due_ms_ = 0, failures_ = 0;
  std::optional<base::Error> trouble_;
};

}  // namespace earprint::sources::spotify
