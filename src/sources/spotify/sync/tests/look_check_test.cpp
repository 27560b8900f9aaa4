#include "sources/spotify/sync/look_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace earprint::sources::spotify {
namespace {

constexpr std::int64_t kStart = 1'700'000'000'000;

PlayerLook Look(const std::string& id, std::int64_t at_s, std::int64_t progress_s, std::int64_t changed_s) {
  PlayerLook look;
  look.at_ms = kStart + at_s * 1'000;
  look.item = HeardItem{model::PlayKind::kTrack, id, "T" + id, "A", "B", "", 180'000};
  look.is_playing = true;
  look.progress_ms = progress_s * 1'000;
  look.has_player = true;
  look.changed_at_ms = changed_s < 0 ? 0 : kStart + changed_s * 1'000;
  return look;
}

PlayerLook NoPlayer(std::int64_t at_s) {
  PlayerLook look;
  look.at_ms = kStart + at_s * 1'000;
  return look;
}

/// Which of these looks are believed, each by its second; -1 stands for a doubt.
std::vector<std::int64_t> Believed(const std::vector<PlayerLook>& looks) {
  LookCheck check;
  std::vector<std::int64_t> all;
  for (const PlayerLook& look : looks) {
    for (const PlayerLook& each : check.Believed(look)) all.push_back((each.at_ms - kStart) / 1'000);
    if (check.IsInDoubt()) all.push_back(-1);
  }
  return all;
}

using ::testing::ElementsAre;

TEST(LookCheck, OrdinaryLooksAreBelieved) {
  EXPECT_THAT(Believed({NoPlayer(0), Look("a", 5, 5, 0), Look("a", 20, 20, 0), Look("b", 30, 2, 28)}),
              ElementsAre(0, 5, 20, 30));
}

TEST(LookCheck, APlayerThatIsGoneForOneLookWasThere) {
  EXPECT_THAT(Believed({Look("a", 0, 0, 0), NoPlayer(15), Look("a", 17, 17, 0)}), ElementsAre(0, -1, 17));
}

TEST(LookCheck, APlayerThatStaysGoneIsGoneSinceTheFirstLook) {
  EXPECT_THAT(Believed({Look("a", 0, 0, 0), NoPlayer(15), NoPlayer(17), NoPlayer(30)}),
              ElementsAre(0, -1, 15, 17, 30));
}

TEST(LookCheck, APlayerThatIsGoneAtATracksEndIsBelievedAtOnce) {
  EXPECT_THAT(Believed({Look("a", 0, 170, -170), NoPlayer(11)}), ElementsAre(0, 11));
}

TEST(LookCheck, AnAdvertisementIsBelievedAtOnce) {
  PlayerLook ad = NoPlayer(15);
  ad.has_player = true;
  EXPECT_THAT(Believed({Look("a", 0, 0, 0), ad}), ElementsAre(0, 15));
}

TEST(LookCheck, WhatWasSoBeforeTheLastLookIsOld) {
  EXPECT_THAT(Believed({Look("b", 30, 1, 29), Look("a", 31, 177, -100), Look("b", 33, 4, 29)}),
              ElementsAre(30, 31, 33))
      << "where the service tells no change, every look is believed";
  EXPECT_THAT(Believed({Look("b", 30, 1, 29), Look("a", 31, 177, 0), Look("b", 33, 4, 29)}),
              ElementsAre(30, -1, 33));
  EXPECT_THAT(Believed({Look("b", 30, 10, 20), Look("b", 31, 5, 20), Look("b", 33, 13, 20)}),
              ElementsAre(30, -1, 33));
}

TEST(LookCheck, WhatLagsBehindWithoutAChangeIsOfWhenItWasSo) {
  EXPECT_THAT(
      Believed({Look("a", 0, 0, 0), Look("a", 15, 15, 0), Look("a", 30, 24, 0), Look("a", 45, 45, 0)}),
      ElementsAre(0, 15, 24, 45));
  EXPECT_THAT(
      Believed({Look("a", 15, 15, 0), Look("a", 30, 24, 0), Look("a", 45, 39, 0), Look("a", 60, 54, 0)}),
      ElementsAre(15, 24, 45, 60))
      << "the music stalled";
  EXPECT_THAT(Believed({Look("a", 15, 15, 0), Look("a", 30, 24, 21)}), ElementsAre(15, 30)) << "it paused";
  EXPECT_THAT(Believed({Look("a", 15, 15, -1), Look("a", 30, 24, -1)}), ElementsAre(15, 30))
      << "nobody tells of changes";
  EXPECT_THAT(Believed({Look("a", 15, 15, 0), Look("a", 60, 16, 0)}), ElementsAre(15, 60))
      << "too far behind";
}

TEST(LookCheck, AnOldPlaceThatTheNextLookHasLeftBehindIsNotBelieved) {
  PlayerLook paused = Look("a", 27, 11, 21);
  paused.is_playing = false;
  EXPECT_THAT(Believed({Look("a", 20, 10, 10), Look("a", 25, 9, 10), paused}), ElementsAre(20, -1, 27));
}

TEST(LookCheck, RemembersTheLastLookInTheNextProcess) {
  LookCheck check;
  EXPECT_THAT(check.Believed(Look("b", 30, 1, 29)), ::testing::SizeIs(1));
  boost::json::object document{{"at_ms", 5}};
  check.Write(document);
  LookCheck next = LookCheck::FromDocument(boost::json::serialize(document));
  EXPECT_THAT(next.Believed(Look("a", 31, 177, 0)), ::testing::IsEmpty());
  EXPECT_TRUE(next.IsInDoubt());
  EXPECT_THAT(next.Believed(Look("b", 33, 4, 29)), ::testing::SizeIs(1));
}

TEST(LookCheck, ADocumentWithoutALookIsAsNone) {
  for (const char* document : {"", "{", "[]", "{\"at_ms\":5}", "{\"checked\":7}"}) {
    LookCheck check = LookCheck::FromDocument(document);
    EXPECT_THAT(check.Believed(Look("a", 31, 177, 0)), ::testing::SizeIs(1)) << document;
  }
}

TEST(LookCheck, WhatPlayedBeforeAPauseIsOldToo) {
  PlayerLook paused = Look("b", 30, 10, 28);
  paused.is_playing = false;
  EXPECT_THAT(Believed({paused, Look("a", 31, 177, 0), paused, NoPlayer(40)}), ElementsAre(30, -1, 30, 40));
}

TEST(LookCheck, WhatIsToldTwiceIsBelievedWhateverItSays) {
  EXPECT_THAT(Believed({Look("b", 30, 1, 29), Look("a", 31, 177, 0), Look("a", 33, 179, 0)}),
              ElementsAre(30, -1, 31, 33));
}

TEST(LookCheck, ATrackThatBeginsAnewDidSoAtTheFirstLookThoughTheServiceTellsNoChange) {
  EXPECT_THAT(Believed({Look("a", 0, 17, 0), Look("a", 16, 11, 0), Look("a", 18, 13, 0)}),
              ElementsAre(0, -1, 16, 18));
}

}  // namespace
}  // namespace earprint::sources::spotify
