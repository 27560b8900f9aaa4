#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sources/spotify/sync/player_watch.hpp"

/// Rows of looks at a player, and what a watch makes of them. Seconds count from kStart.
namespace earprint::testing {

using sources::spotify::HeardItem;
using sources::spotify::PlayerLook;
using sources::spotify::PlayerWatch;
using sources::spotify::WatchedPlay;

inline constexpr std::int64_t kStart = 1'700'000'000'000, kLength = 180'000;

inline HeardItem Track(const std::string& id, std::int64_t length_ms = kLength) {
  return {model::PlayKind::kTrack, id, "T" + id, "A", "B", "", length_ms};
}

inline PlayerLook Playing(const HeardItem& item, std::int64_t at_s, std::int64_t progress_s) {
  PlayerLook look;
  look.at_ms = kStart + at_s * 1'000;
  look.item = item;
  look.is_playing = true;
  look.progress_ms = progress_s * 1'000;
  return look;
}

inline PlayerLook Paused(const HeardItem& item, std::int64_t at_s, std::int64_t progress_s) {
  PlayerLook look = Playing(item, at_s, progress_s);
  look.is_playing = false;
  return look;
}

inline PlayerLook Nothing(std::int64_t at_s) {
  PlayerLook look;
  look.at_ms = kStart + at_s * 1'000;
  return look;
}

/// Every play that a row of looks tells; between two looks the watch is written out and read again.
inline std::vector<WatchedPlay> PlaysOf(const std::vector<PlayerLook>& looks) {
  PlayerWatch watch;
  std::vector<WatchedPlay> plays;
  for (const PlayerLook& look : looks) {
    watch.See(look);
    watch = PlayerWatch::FromDocument(watch.Document());
    plays.insert(plays.end(), watch.over().begin(), watch.over().end());
    watch.Confirm();
  }
  return plays;
}

inline void ExpectPlay(const WatchedPlay& play, const std::string& id, std::int64_t began_s,
                       std::int64_t ended_s, std::int64_t heard_s) {
  EXPECT_EQ(play.item.item_id, id);
  EXPECT_EQ((play.began_ms - kStart) / 1'000, began_s);
  EXPECT_EQ((play.ended_ms - kStart) / 1'000, ended_s);
  EXPECT_EQ(play.heard_ms / 1'000, heard_s);
}

}  // namespace earprint::testing
