// Numbers that no player can mean, from an answer to a play: they add up to no overflow, and to no play.
#include <gtest/gtest.h>

#include <limits>

#include "sources/spotify/sync/player_watch.hpp"

namespace earprint::sources::spotify {
namespace {

TEST(PlayerWatch, NumbersThatCannotBeAreBounded) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  PlayerWatch watch;
  for (const std::int64_t at_s : {1'000, 1'015, 1'030}) {
    SpotifyTrack track;
    track.id = "a";
    track.duration_ms = most;
    PlayerState state;
    state.item = track;
    state.is_playing = true;
    state.progress_ms = at_s == 1'000 ? most : 0;
    state.changed_at = base::UtcMs{most};
    const PlayerLook look = LookAt(state, at_s * 1'000);
    EXPECT_EQ(look.item->length_ms, kLengthMsMax);
    EXPECT_LE(look.progress_ms, kLengthMsMax);
    EXPECT_LT(look.changed_at_ms, most / 2);
    watch.See(look);
  }
  watch.See(PlayerLook{.at_ms = 1'045'000});
  watch.See(PlayerLook{.at_ms = 50'000'000});
  for (const WatchedPlay& play : watch.over()) EXPECT_TRUE(model::WhyImpossible(play.Fact(), 60'000'000));
}

}  // namespace
}  // namespace earprint::sources::spotify
