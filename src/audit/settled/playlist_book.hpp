#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "audit/lake/lake_events.hpp"

namespace earprint::audit {

/// A track's stay in a list.
struct Stay {
  std::uint32_t track = kNone;
  bool is_track = false;  ///< else an episode
  std::optional<std::int64_t> added_at_ms;
  std::int64_t valid_from_ms = 0;
  std::optional<std::int64_t> valid_to_ms;  ///< the first statement without it; nothing while it is there
};

/// A list of one listener, and what it held when. Source: docs/decisions/20261124_playlists_over_time.md
struct Playlist {
  std::uint64_t identity = 0;
  std::uint32_t listener = kNone, source = kNone, playlist_id = kNone, name = kNone;
  std::uint32_t called = kNone;  ///< the name by which it is asked for; kNone where that means another list
  bool is_read = false;          ///< what it holds was told at least once
  std::optional<std::int64_t> ended_at_ms;
  std::vector<Stay> stays;
};

std::vector<Playlist> SettlePlaylists(const LakeEvents& lake);

}  // namespace earprint::audit
