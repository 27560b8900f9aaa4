// The list of recent plays: its window, its cursors, and how it tells of time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"

namespace earprint::fakes {
namespace {

using ::testing::ElementsAre;

constexpr const char* kList = "/me/player/recently-played";

/// When the plays of a page are said to have been, in minutes before noon.
std::vector<std::int64_t> MinutesBeforeNoon(const boost::json::value& page) {
  std::vector<std::int64_t> minutes;
  for (const auto& item : page.at("items").as_array()) {
    minutes.push_back((kNoon.value - base::ParseInstant(TextOf(item.at("played_at")))->at.value) / kMinuteMs);
  }
  return minutes;
}

/// The page's `next`, without the address of the API.
std::string NextOf(const boost::json::value& page) {
  const std::string next = TextOf(page.at("next"));
  const std::string api = "http://127.0.0.1:80/v1";
  EXPECT_EQ(next.substr(0, api.size()), api);
  return next.substr(api.size());
}

/// A play that ran out a number of minutes before noon.
void EndBefore(AskedFake& asked, std::int64_t minutes) { asked.Hear(0, minutes * kMinuteMs + 200'000); }

TEST(RecentlyPlayed, GoesBackFiftyPlaysAndNoFurther) {
  AskedFake asked;
  for (std::int64_t number = 60; number >= 1; --number) EndBefore(asked, number * 5);
  const auto page = asked.Read(std::string(kList) + "?limit=50");
  const auto minutes = MinutesBeforeNoon(page);
  ASSERT_EQ(minutes.size(), 50U);
  EXPECT_EQ(minutes.front(), 5);
  EXPECT_EQ(minutes.back(), 250);
  EXPECT_EQ(page.at("limit"), Said(50));
  EXPECT_EQ(page.at("cursors").at("after"), Said(std::to_string(kNoon.value - 5 * kMinuteMs)));
  EXPECT_EQ(page.at("cursors").at("before"), Said(std::to_string(kNoon.value - 250 * kMinuteMs)));
  EXPECT_FALSE(page.as_object().contains("total"));
  const auto end = asked.Read(NextOf(page));
  EXPECT_TRUE(end.at("items").as_array().empty());
  EXPECT_TRUE(end.at("next").is_null());
  EXPECT_TRUE(end.at("cursors").is_null());
}

TEST(RecentlyPlayed, SmallPagesLeadThroughTheWindow) {
  AskedFake asked;
  for (const int minutes : {30, 20, 10}) EndBefore(asked, minutes);
  const auto first = asked.Read(std::string(kList) + "?limit=2");
  EXPECT_THAT(MinutesBeforeNoon(first), ElementsAre(10, 20));
  EXPECT_THAT(MinutesBeforeNoon(asked.Read(NextOf(first))), ElementsAre(30));
}

TEST(RecentlyPlayed, CursorsExcludeTheirOwnInstant) {
  AskedFake asked;
  for (const int minutes : {30, 20, 10}) EndBefore(asked, minutes);
  const std::string at = std::to_string(kNoon.value - 20 * kMinuteMs);
  EXPECT_THAT(MinutesBeforeNoon(asked.Read(std::string(kList) + "?after=" + at)), ElementsAre(10));
  EXPECT_THAT(MinutesBeforeNoon(asked.Read(std::string(kList) + "?before=" + at)), ElementsAre(30));
  EXPECT_EQ(asked.Get(std::string(kList) + "?after=1&before=2").status, 400);
}

TEST(RecentlyPlayed, SecondsAreTakenForMillisecondsOf1970) {
  AskedFake asked;
  for (const int minutes : {20, 10}) EndBefore(asked, minutes);
  const std::string seconds = std::to_string(kNoon.value / 1'000 - 15 * 60);
  EXPECT_THAT(MinutesBeforeNoon(asked.Read(std::string(kList) + "?after=" + seconds)), ElementsAre(10, 20));
  EXPECT_THAT(MinutesBeforeNoon(asked.Read(std::string(kList) + "?before=" + seconds)), ElementsAre());
}

TEST(RecentlyPlayed, LimitsAreHeld) {
  AskedFake asked;
  for (const char* limit : {"0", "51", "x", ""}) {
    EXPECT_EQ(asked.Get(std::string(kList) + "?limit=" + limit).status, 400) << limit;
  }
  for (std::int64_t number = 30; number >= 1; --number) EndBefore(asked, number * 5);
  EXPECT_EQ(asked.Read(kList).at("items").as_array().size(), 20U);
}

TEST(RecentlyPlayed, TellsOfAPlayWithMillisecondsAndItsContext) {
  AskedFake asked;
  ASSERT_TRUE(asked.fake.AddPlay("anna", {.item = 3,
                                          .started = {kNoon.value - 300'000},
                                          .played_ms = 200'007,
                                          .context = "spotify:album:" + IdOf('D')}));
  const auto item = asked.Read(kList).at("items").at(0);
  EXPECT_EQ(item.at("played_at"), Said("2026-01-01T11:58:20.007Z"));
  EXPECT_EQ(item.at("track").at("id"), Said(IdOf('4')));
  EXPECT_EQ(item.at("context").at("type"), Said("album"));
  EXPECT_EQ(item.at("context").at("href"), Said("http://127.0.0.1:80/v1/albums/" + IdOf('D')));
}

TEST(RecentlyPlayed, StampsTheEndPausesIncludedOrAsAskedTheStart) {
  AskedFake asked;
  ASSERT_TRUE(asked.fake.AddPlay(
      "anna",
      {.started = {kNoon.value - 30 * kMinuteMs}, .played_ms = 300'000, .pauses = {{1'000, 600'000}}}));
  EXPECT_THAT(MinutesBeforeNoon(asked.Read(kList)), ElementsAre(15));
  asked.Set(R"({"start_stamped_share":1})");
  EXPECT_THAT(MinutesBeforeNoon(asked.Read(kList)), ElementsAre(30));
}

TEST(RecentlyPlayed, MayLagForHoursWhileThePlayerIsLive) {
  AskedFake asked;
  asked.Set(R"({"lag_ms":7200000})");
  EndBefore(asked, 1);
  EXPECT_EQ(asked.Get("/me/player").status, 200);
  EXPECT_TRUE(asked.Read(kList).at("items").as_array().empty());
  asked.clock.Advance(120 * kMinuteMs - kMinuteMs);
  asked.token = asked.TokenFor("anna", AllScopes());
  EXPECT_EQ(asked.Read(kList).at("items").as_array().size(), 1U);
}

TEST(RecentlyPlayed, NeedsItsScope) {
  AskedFake asked;
  asked.token = asked.TokenFor("anna", {"user-read-playback-state"});
  EXPECT_EQ(asked.Refusal(kList), "401 Permissions missing");
  EXPECT_EQ(asked.Get("/me/player").status, 204);
}

TEST(RecentlyPlayed, EachListenerHasTheirOwn) {
  AskedFake asked;
  EndBefore(asked, 1);
  asked.token = asked.TokenFor("bruno", AllScopes());
  EXPECT_TRUE(asked.Read(kList).at("items").as_array().empty());
}

TEST(RecentlyPlayed, TheTruthSaysWhatWasShownAndWhen) {
  AskedFake asked;
  EndBefore(asked, 20);
  EXPECT_TRUE(asked.fake.Truth("anna").at(0).at("first_shown_ms").is_null());
  asked.Get(kList);
  asked.clock.Advance(5'000);
  asked.Get(kList);
  const auto truth = asked.fake.Truth("anna").at(0);
  EXPECT_EQ(truth.at("first_shown_ms"), Said(kNoon.value));
  EXPECT_EQ(truth.at("ended_ms"), Said(kNoon.value - 20 * kMinuteMs));
  EXPECT_EQ(truth.at("track_id"), Said(IdOf('1')));
}

}  // namespace
}  // namespace earprint::fakes
