// What plays now: tracks, podcasts, ads, files of one's own, and nothing at all.
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

/// A fake in which something began 20 s ago.
struct PlayingFake : AskedFake {
  explicit PlayingFake(ItemKind kind, Profile profile = Profile::kDevNew) : AskedFake(profile) {
    EXPECT_TRUE(fake.AddPlay("anna", {.kind = kind,
                                      .started = {kNoon.value - 20'000},
                                      .played_ms = 90'000,
                                      .device = "Pocket",
                                      .device_type = "Smartphone",
                                      .is_shuffled = true}));
  }
};

TEST(PlayerAnswers, NothingActiveIsA204WithoutABody) {
  AskedFake asked;
  for (const char* path : {"/me/player", "/me/player/currently-playing"}) {
    const WebAnswer answer = asked.Get(path);
    EXPECT_EQ(answer.status, 204) << path;
    EXPECT_EQ(answer.body, "");
  }
  EXPECT_TRUE(asked.Read("/me/player/devices").at("devices").as_array().empty());
}

TEST(PlayerAnswers, ATrackThatPlays) {
  PlayingFake asked(ItemKind::kTrack);
  const auto state = asked.Read("/me/player");
  EXPECT_EQ(state.at("timestamp"), Said(kNoon.value - 20'000)) << "of the last change";
  EXPECT_EQ(state.at("progress_ms"), Said(20'000));
  EXPECT_EQ(state.at("is_playing"), Said(true));
  EXPECT_EQ(state.at("currently_playing_type"), Said("track"));
  EXPECT_EQ(state.at("item").at("id"), Said(IdOf('1')));
  EXPECT_EQ(state.at("actions").at("disallows").at("resuming"), Said(true));
  EXPECT_EQ(state.at("device").at("name"), Said("Pocket"));
  EXPECT_TRUE(state.at("device").at("volume_percent").is_null()) << "a telephone does not tell";
  EXPECT_EQ(state.at("shuffle_state"), Said(true));
  const auto playing = asked.Read("/me/player/currently-playing").as_object();
  EXPECT_EQ(playing.at("item").at("id"), Said(IdOf('1')));
  EXPECT_FALSE(playing.contains("device"));
}

TEST(PlayerAnswers, APauseStandsStill) {
  AskedFake asked;
  ASSERT_TRUE(asked.fake.AddPlay(
      "anna", {.started = {kNoon.value - 20'000}, .played_ms = 90'000, .pauses = {{5'000, 60'000}}}));
  const auto state = asked.Read("/me/player");
  EXPECT_EQ(state.at("is_playing"), Said(false));
  EXPECT_EQ(state.at("progress_ms"), Said(5'000));
  EXPECT_EQ(state.at("timestamp"), Said(kNoon.value - 15'000));
  EXPECT_EQ(state.at("actions").at("disallows").at("pausing"), Said(true));
}

TEST(PlayerAnswers, AnAdHasNoItem) {
  PlayingFake asked(ItemKind::kAd);
  const auto state = asked.Read("/me/player/currently-playing?additional_types=track,episode");
  EXPECT_TRUE(state.at("item").is_null());
  EXPECT_EQ(state.at("currently_playing_type"), Said("ad"));
  EXPECT_EQ(state.at("actions").at("disallows").at("skipping_next"), Said(true));
}

TEST(PlayerAnswers, AnEpisodeIsShownOnlyToWhoAsksForEpisodes) {
  PlayingFake asked(ItemKind::kEpisode);
  const auto hidden = asked.Read("/me/player");
  EXPECT_TRUE(hidden.at("item").is_null());
  EXPECT_EQ(hidden.at("currently_playing_type"), Said("episode"));
  const auto shown = asked.Read("/me/player?additional_types=track,episode");
  EXPECT_EQ(shown.at("item").at("type"), Said("episode"));
  EXPECT_EQ(shown.at("item").at("show").at("id"), Said(IdOf('S')));
  EXPECT_FALSE(shown.at("item").as_object().contains("artists"));
}

TEST(PlayerAnswers, ALocalFileHasAUriAndNoId) {
  PlayingFake asked(ItemKind::kLocal);
  const auto state = asked.Read("/me/player");
  const auto item = state.at("item");
  EXPECT_EQ(item.at("uri"), Said("spotify:local:An+Artist::Lullaby+%26+Rain:95"));
  EXPECT_EQ(item.at("is_local"), Said(true));
  EXPECT_TRUE(item.at("id").is_null());
  EXPECT_TRUE(item.at("album").at("id").is_null());
  EXPECT_TRUE(item.at("album").at("images").as_array().empty());
  EXPECT_TRUE(item.at("artists").at(0).at("id").is_null());
  EXPECT_TRUE(state.at("context").is_null());
}

TEST(PlayerAnswers, TheQueueNeedsBothScopes) {
  PlayingFake asked(ItemKind::kTrack);
  ASSERT_TRUE(
      asked.fake.AddPlay("anna", {.item = 3, .started = {kNoon.value + 100'000}, .played_ms = 1'000}));
  EXPECT_EQ(asked.Read("/me/player/queue").at("queue").at(0).at("id"), Said(IdOf('4')));
  asked.token = asked.TokenFor("anna", {"user-read-playback-state"});
  EXPECT_EQ(asked.Refusal("/me/player/queue"), "401 Permissions missing");
  asked.token = asked.TokenFor("anna", {"user-read-currently-playing"});
  EXPECT_EQ(asked.Refusal("/me/player"), "401 Permissions missing");
  EXPECT_EQ(asked.Get("/me/player/currently-playing").status, 200);
}

TEST(PlayerAnswers, APathThatIsNotThereIsA404) {
  AskedFake asked;
  EXPECT_EQ(asked.Get("/me/player/nothing").status, 404);
  EXPECT_EQ(asked.Ask("PUT", "/me/player/pause").status, 404);
}

}  // namespace
}  // namespace earprint::fakes
