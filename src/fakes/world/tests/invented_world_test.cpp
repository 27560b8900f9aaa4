#include "fakes/world/invented_world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace earprint::fakes {
namespace {

WorldOptions Small(std::uint64_t seed) { return {.seed = seed, .tracks = 150, .days = 3, .plays_a_day = 40}; }

TEST(InventedWorld, TheSameSeedGivesTheSameListening) {
  const SpotifyWorld one = InventWorld(Small(7)), same = InventWorld(Small(7)), other = InventWorld(Small(8));
  const auto& plays = one.listeners[0].script.plays();
  ASSERT_EQ(plays.size(), same.listeners[0].script.plays().size());
  for (std::size_t place = 0; place < plays.size(); ++place) {
    EXPECT_EQ(plays[place].started, same.listeners[0].script.plays()[place].started);
    EXPECT_EQ(plays[place].item, same.listeners[0].script.plays()[place].item);
  }
  EXPECT_EQ(one.tracks[5].id, same.tracks[5].id);
  EXPECT_NE(one.tracks[5].id, other.tracks[5].id);
}

TEST(InventedWorld, EveryListenerPlaysAsOftenAsAskedOneAfterAnother) {
  const SpotifyWorld world = InventWorld(Small(1));
  ASSERT_EQ(world.listeners.size(), 2U);
  for (const WorldListener& each : world.listeners) {
    const auto& plays = each.script.plays();
    ASSERT_EQ(plays.size(), 120U) << each.id;
    for (std::size_t place = 1; place < plays.size(); ++place) {
      EXPECT_LE(plays[place - 1].Ended(), plays[place].started) << place;
    }
    for (const ScriptPlay& play : plays) {
      EXPECT_TRUE(world.Has(play.kind, play.item));
      EXPECT_LE(play.played_ms, world.DurationMs(play.kind, play.item));
    }
  }
}

TEST(InventedWorld, IdsAreSpotifysAndUnique) {
  const SpotifyWorld world = InventWorld(Small(1));
  std::set<std::string> ids;
  for (const WorldTrack& each : world.tracks) {
    EXPECT_EQ(each.id.size(), 22U);
    EXPECT_TRUE(ids.insert(each.id).second) << each.id;
    EXPECT_EQ(world.TrackOf(each.id), static_cast<std::size_t>(&each - world.tracks.data()));
  }
  EXPECT_FALSE(world.TrackOf("nothing"));
}

TEST(InventedWorld, HoldsWhatAClientMustBear) {
  SpotifyWorld world = InventWorld(Small(1));
  const WorldListener& listener = world.listeners[0];
  EXPECT_EQ(std::ranges::count(listener.playlists, std::string()), 1) << "a null among the lists";
  EXPECT_FALSE(world.listeners[1].name) << "a listener without a name";
  const auto first = [&world](auto is_such) {
    return std::ranges::find_if(world.playlists, is_such) != world.playlists.end();
  };
  EXPECT_TRUE(first([](const WorldPlaylist& list) { return list.entries.empty(); }));
  EXPECT_TRUE(first([](const WorldPlaylist& list) { return list.owner == "spotify"; }));
  EXPECT_TRUE(first([](const WorldPlaylist& list) { return !list.is_public; }));
  for (const ItemKind kind : {ItemKind::kEpisode, ItemKind::kLocal, ItemKind::kAd}) {
    EXPECT_TRUE(first([kind](const WorldPlaylist& list) {
      return std::ranges::count(list.entries, kind, &WorldEntry::kind) > 0;
    })) << static_cast<int>(kind);
  }
  EXPECT_TRUE(first([](const WorldPlaylist& list) {
    return !list.entries.empty() && !list.entries[0].added && list.entries[0].added_by.empty();
  })) << "entries so old that nobody knows who added them";
  const auto tracks = [&world](auto is_such) { return std::ranges::count_if(world.tracks, is_such); };
  EXPECT_GT(tracks([](const WorldTrack& each) { return each.plays_as.has_value(); }), 0);
  EXPECT_GT(tracks([](const WorldTrack& each) { return each.is_barred; }), 0);
  EXPECT_GT(tracks([](const WorldTrack& each) { return !each.features; }), 0);
  EXPECT_GT(tracks([](const WorldTrack& each) { return each.artists.size() > 1; }), 0);
}

TEST(InventedWorld, ATwinIsTheSameRecordingUnderAnotherId) {
  const SpotifyWorld world = InventWorld(Small(1));
  for (const WorldTrack& each : world.tracks) {
    if (!each.plays_as) continue;
    EXPECT_EQ(each.isrc, world.tracks[*each.plays_as].isrc);
    EXPECT_NE(each.id, world.tracks[*each.plays_as].id);
  }
}

}  // namespace
}  // namespace earprint::fakes
