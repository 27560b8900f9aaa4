#include "model/play_fact.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/sound_batch.hpp"

namespace earprint::model {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000'000;

PlayFact Play() {
  PlayFact play;
  play.source = "extended";
  play.kind = PlayKind::kTrack;
  play.ended_at_ms = 1'546'300'810'000;
  play.played_ms = 60'001;
  play.item_id = "2J3n32GeLmMjwuAzyhcSNe";
  play.title = "Title";
  play.artist = "Artist";
  return play;
}

EventId IdOf(const PlayFact& play, std::string_view listener = "me") {
  EventBatch batch;
  AddPlay(play, listener, batch);
  return batch.events.at(0).id;
}

TEST(PlayFact, BecomesOneSoundEventLine) {
  PlayFact play = Play();
  play.album = "Al\"bum\n";
  play.shuffle = false;
  play.skipped = true;
  play.offline_at_ms = 1'546'300'800'000;
  play.is_video = true;
  EventBatch batch;
  AddPlay(play, "m\"e", batch);
  AddPlay(Play(), "me", batch);
  batch.read = 2;
  EXPECT_EQ(testing::WhyUnsound(batch), "");
  const auto line = boost::json::parse(batch.lines.substr(0, batch.events[0].size)).as_object();
  EXPECT_EQ(line.at("specversion").as_string(), "1.0");
  EXPECT_EQ(line.at("source").as_string(), "extended");
  EXPECT_EQ(line.at("subject").as_string(), "m\"e");
  EXPECT_EQ(line.at("time").as_string(), "2019-01-01T00:00:10Z");
  EXPECT_EQ(line.at("data"),
            boost::json::parse(R"({"kind": "track", "ended_at_ms": 1546300810000, "played_ms": 60001,
      "item_id": "2J3n32GeLmMjwuAzyhcSNe", "title": "Title", "artist": "Artist", "album": "Al\"bum\n", "shuffle": false,
      "skipped": true, "offline_at_ms": 1546300800000, "video": true})"));
}

/// Ids lie in every store: a release that made others would count every play twice.
TEST(PlayFact, HasTheIdThatItHadInTheFirstRelease) {
  std::string id;
  IdOf(Play()).AppendHexTo(id);
  EXPECT_EQ(id, "c94499b9f92ecd32d9b01c5aa81dcc");
  PlayFact minute = Play();
  minute.ended_precision_ms = 60'000;
  minute.item_id = "";
  minute.source = "account";
  id.clear();
  IdOf(minute).AppendHexTo(id);
  EXPECT_EQ(id, "69ca7bdf7b6332099683b992aa5c77");
}

TEST(PlayFact, IsTheSamePlayWhateverElseIsTold) {
  for (const auto change : std::vector<void (*)(PlayFact&)>{
           [](PlayFact& p) { p.source = "csv"; }, [](PlayFact& p) { p.title = "Other"; },
           [](PlayFact& p) { p.artist = "Other"; }, [](PlayFact& p) { p.album = "Other"; },
           [](PlayFact& p) { p.platform = "ios"; }, [](PlayFact& p) { p.country = "DE"; },
           [](PlayFact& p) { p.reason_start = "x"; }, [](PlayFact& p) { p.reason_end = "x"; },
           [](PlayFact& p) { p.shuffle = false; }, [](PlayFact& p) { p.skipped = false; },
           [](PlayFact& p) { p.offline = false; }, [](PlayFact& p) { p.is_private = true; },
           [](PlayFact& p) { p.offline_at_ms = 0; }, [](PlayFact& p) { p.is_video = true; }}) {
    PlayFact other = Play();
    change(other);
    EXPECT_EQ(IdOf(other).identity, IdOf(Play()).identity);
    EXPECT_NE(IdOf(other).details, IdOf(Play()).details) << "but a further witness";
  }
}

TEST(PlayFact, IsAnotherPlayByListenerKindItemEndOrMilliseconds) {
  for (const auto change : std::vector<void (*)(PlayFact&)>{
           [](PlayFact& p) { p.kind = PlayKind::kEpisode; },
           [](PlayFact& p) { p.item_id = "612ojhOuo1ktJprKbVcKyQ"; }, [](PlayFact& p) { p.item_id = ""; },
           [](PlayFact& p) { p.ended_at_ms += 1'000; }, [](PlayFact& p) { p.played_ms += 1; },
           [](PlayFact& p) { p.ended_precision_ms = 60'000; }}) {
    PlayFact other = Play();
    change(other);
    EXPECT_NE(IdOf(other).identity, IdOf(Play()).identity);
  }
  EXPECT_NE(IdOf(Play(), "you").identity, IdOf(Play()).identity);
}

TEST(PlayFact, IsTheSameWheneverItWasShown) {
  PlayFact now = Play(), later = Play();
  now.shown_at_ms = kNow;
  later.shown_at_ms = kNow + 1;
  EXPECT_EQ(IdOf(now), IdOf(later));
  EventBatch batch;
  AddPlay(now, "me", batch);
  EXPECT_THAT(batch.lines, HasSubstr(R"("shown_at_ms":1800000000000}})"));
}

TEST(PlayFact, ThatAgreesWithAnotherInEverythingIsToldApartAsItsTwin) {
  PlayFact first = Play(), second = Play();
  second.twin = 1;
  EXPECT_NE(IdOf(first).identity, IdOf(second).identity);
  first.ended_precision_ms = second.ended_precision_ms = 60'000;
  EXPECT_NE(IdOf(first).identity, IdOf(second).identity);
}

TEST(PlayFact, WithoutAnItemIsToldByItsNames) {
  PlayFact first = Play(), second = Play();
  first.item_id = second.item_id = "";
  second.title = "Other";
  EXPECT_NE(IdOf(first).identity, IdOf(second).identity);
}

TEST(WhyImpossible, NamesWhatCannotBe) {
  EXPECT_FALSE(WhyImpossible(Play(), kNow));
  const auto why = [](void (*change)(PlayFact&)) {
    PlayFact play = Play();
    change(play);
    return WhyImpossible(play, kNow).value_or("");
  };
  EXPECT_THAT(why([](PlayFact& p) { p.ended_at_ms = kEarliestPlayMs - 1; }), HasSubstr("2005-12-31"));
  EXPECT_EQ(why([](PlayFact& p) { p.ended_at_ms = kEarliestPlayMs; }), "");
  EXPECT_EQ(why([](PlayFact& p) { p.ended_at_ms = kNow; }), "");
  EXPECT_THAT(why([](PlayFact& p) { p.ended_at_ms = kNow + 1; }), HasSubstr("in the future"));
  EXPECT_THAT(why([](PlayFact& p) { p.played_ms = -1; }), HasSubstr("negative (-1)"));
  EXPECT_EQ(why([](PlayFact& p) { p.played_ms = 0; }), "");
  EXPECT_EQ(why([](PlayFact& p) { p.played_ms = kPlayedMsMax; }), "");
  EXPECT_THAT(why([](PlayFact& p) { p.played_ms = kPlayedMsMax + 1; }), HasSubstr("more than a week"));
  static const std::string kLong(kTextBytesMax + 1, 'x');
  EXPECT_THAT(why([](PlayFact& p) { p.reason_end = kLong; }), HasSubstr("4097 bytes"));
  EXPECT_EQ(why([](PlayFact& p) { p.title = std::string_view(kLong).substr(1); }), "");
}

TEST(ItemId, IsTakenOutOfEveryWayToWriteIt) {
  constexpr std::string_view kId = "2J3n32GeLmMjwuAzyhcSNe";
  for (const std::string& text : {std::string(kId), "spotify:track:" + std::string(kId),
                                  "https://open.spotify.com/track/" + std::string(kId),
                                  "https://open.spotify.com/intl-de/track/" + std::string(kId) + "?si=0"}) {
    EXPECT_EQ(ItemId(text, "track"), kId) << text;
  }
  for (const char* text :
       {"", "spotify:track:", "spotify:track:2J3n32GeLmMjwuAzyhcSN", "spotify:track:2J3n32GeLmMjwuAzyhcSNeX",
        "spotify:track:2J3n32GeLmMjwuAzyhcS_e", "spotify:episode:2J3n32GeLmMjwuAzyhcSNe",
        "spotify:local:Artist:Album:Title:200", "2J3n32GeLmMjwuAzyhcSN\xC3"}) {
    EXPECT_EQ(ItemId(text, "track"), "") << text;
  }
}

RC_GTEST_PROP(PlayFact, IsASoundLineWithTheSameIdWheneverItIsTold, ()) {
  const std::string title = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  const std::string listener = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  PlayFact play = Play();
  play.item_id = "";
  play.title = title;
  play.played_ms = *rc::gen::inRange<std::int64_t>(0, kPlayedMsMax);
  play.ended_precision_ms = *rc::gen::element<std::int64_t>(1'000, 60'000);
  EventBatch batch;
  AddPlay(play, "someone else", batch);
  AddPlay(play, listener, batch);
  batch.read = 2;
  RC_ASSERT(testing::WhyUnsound(batch) == "");
  RC_ASSERT(batch.events[1].id == IdOf(play, listener));
  const auto line = boost::json::parse(batch.lines.substr(batch.events[1].begin, batch.events[1].size));
  RC_ASSERT(std::string(line.at("subject").as_string()) == listener);
  const auto& data = line.at("data").as_object();
  const bool is_told =
      title.empty() ? !data.contains("title") : data.at("title") == boost::json::value(title);
  RC_ASSERT(is_told);
}

}  // namespace
}  // namespace earprint::model
