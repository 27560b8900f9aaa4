// Numbers at the edge of what can be told: those that no player can mean add up to no overflow and to no
// play, and where looks are seldom the end is as uncertain as they leave it.
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

TEST(PlayerWatch, ATrackThatSeldomLooksSawMayHaveBeenSkippedForWhatNobodySaw) {
  PlayerLook first{.at_ms = 1'000'000, .is_playing = true, .progress_ms = 10'000};
  first.item = HeardItem{model::PlayKind::kTrack, "a", "A", "Ann", "One", "", 100'000};
  PlayerLook second{.at_ms = 1'095'000, .is_playing = true, .progress_ms = 4'000};
  second.item = HeardItem{model::PlayKind::kTrack, "b", "B", "Ann", "One", "", 100'000};
  PlayerWatch watch;
  watch.See(first);
  watch.See(second);
  ASSERT_EQ(watch.over().size(), 1U);
  EXPECT_EQ(watch.over()[0].ended_ms, 1'090'000);
  EXPECT_EQ(watch.over()[0].ended_precision_ms, 90'000);
}

}  // namespace
}  // namespace earprint::sources::spotify
