#include "warehouse/play_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/play_fact.hpp"

namespace earprint::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

model::PlayFact Heard(std::string_view title, std::int64_t ended_at_ms) {
  model::PlayFact fact;
  fact.source = "extended";
  fact.kind = model::PlayKind::kTrack;
  fact.ended_at_ms = ended_at_ms;
  fact.played_ms = 40'000;
  fact.title = title;
  fact.artist = "B";
  return fact;
}

std::string LinesOf(const std::vector<model::PlayFact>& facts) {
  model::EventBatch batch;
  for (const model::PlayFact& fact : facts) model::AddPlay(fact, "me", batch);
  return batch.lines;
}

PlayRows MustRead(const std::string& lines) {
  auto rows = ReadPlayLines(lines);
  EXPECT_TRUE(rows) << rows.error().Text();
  return rows ? std::move(*rows) : PlayRows();
}

std::string CauseOf(const std::string& lines) {
  const auto rows = ReadPlayLines(lines);
  EXPECT_FALSE(rows) << "it was read";
  return rows ? "" : rows.error().Text();
}

TEST(ReadPlayLines, GivesWhatThePlayStated) {
  model::PlayFact fact = Heard("A \"quoted\" tïtle\n", 1'600'000'000'000);
  fact.source = "account";
  fact.ended_precision_ms = 60'000;
  fact.album = "C";
  fact.item_id = "0000000000000000000001";
  fact.isrc = "SEA190000001";
  fact.platform = "ios";
  fact.country = "SE";
  fact.reason_start = "clickrow";
  fact.reason_end = "trackdone";
  fact.shuffle = true;
  fact.skipped = false;
  fact.is_private = true;
  model::EventBatch batch;
  model::AddPlay(fact, "me", batch);
  const PlayRows rows = MustRead(batch.lines);
  EXPECT_THAT(rows.identity, ElementsAre(static_cast<std::int64_t>(batch.events[0].id.identity)));
  EXPECT_THAT(rows.details, ElementsAre(static_cast<std::int64_t>(batch.events[0].id.details)));
  EXPECT_THAT(rows.ended_at_ms, ElementsAre(1'600'000'000'000));
  EXPECT_THAT(rows.ended_precision_ms, ElementsAre(60'000));
  EXPECT_THAT(rows.played_ms, ElementsAre(40'000));
  ASSERT_THAT(rows.items, SizeIs(1));
  EXPECT_EQ(rows.items[0].key, rows.item_key[0]);
  EXPECT_THAT(rows.items[0].texts, ElementsAre("track", "0000000000000000000001", "A \"quoted\" tïtle\n", "B",
                                               "C", "SEA190000001"));
  ASSERT_THAT(rows.contexts, SizeIs(1));
  EXPECT_EQ(rows.contexts[0].key, rows.context_key[0]);
  EXPECT_THAT(rows.contexts[0].texts, ElementsAre("me", "account", "ios", "SE", "clickrow", "trackdone",
                                                  "true", "false", std::nullopt, "true"));
}

TEST(ReadPlayLines, TakesSharedTextsOnce) {
  const PlayRows rows = MustRead(
      LinesOf({Heard("A", 1'600'000'000'000), Heard("B", 1'600'000'100'000), Heard("A", 1'600'000'200'000)}));
  EXPECT_THAT(rows.items, SizeIs(2));
  EXPECT_THAT(rows.contexts, SizeIs(1));
  EXPECT_EQ(rows.item_key[0], rows.item_key[2]);
  EXPECT_NE(rows.item_key[0], rows.item_key[1]);
}

TEST(ReadPlayLines, TellsAbsentFromNeighbouring) {
  model::PlayFact in_title = Heard("A", 1'600'000'000'000), in_album = in_title;
  in_title.title = "A";
  in_title.artist = "";
  in_album.title = "";
  in_album.artist = "A";
  const PlayRows rows = MustRead(LinesOf({in_title, in_album}));
  EXPECT_NE(rows.item_key[0], rows.item_key[1]);
}

TEST(ReadPlayLines, KeysDependOnTheTextsAlone) {
  const model::PlayFact fact = Heard("A", 1'600'000'000'000);
  const PlayRows alone = MustRead(LinesOf({fact}));
  const PlayRows among = MustRead(LinesOf({Heard("else", 1'600'000'100'000), fact}));
  EXPECT_EQ(alone.item_key[0], among.item_key[1]);
  EXPECT_EQ(alone.context_key[0], among.context_key[1]);
}

TEST(ReadPlayLines, GivesFileAndRowWhereTheyAreTold) {
  std::string lines = LinesOf({Heard("A", 1'600'000'000'000), Heard("B", 1'600'000'100'000)});
  lines.insert(lines.find("}}\n"), R"(,"file":281474976710655,"row":17)");
  const PlayRows rows = MustRead(lines);
  EXPECT_THAT(rows.file_key, ElementsAre(281'474'976'710'655, 0));
  EXPECT_THAT(rows.row_no, ElementsAre(17, 0));
}

TEST(ReadPlayLines, NothingIsNoRows) { EXPECT_THAT(MustRead("").identity, SizeIs(0)); }

TEST(ReadPlayLines, IgnoresFieldsThatNoModelAsksFor) {
  std::string lines = LinesOf({Heard("A", 1'600'000'000'000)});
  lines.replace(lines.find("\"kind\""), 0, "\"mood\":{\"deep\":[1,2]},");
  EXPECT_THAT(MustRead(lines).identity, SizeIs(1));
}

TEST(ReadPlayLines, ADamagedLineIsToldWithPlaceAndRemedy) {
  const std::string sound = LinesOf({Heard("A", 1'600'000'000'000)});
  EXPECT_THAT(CauseOf(sound + "{\"id\":"), HasSubstr("restore the lake"));
  EXPECT_THAT(CauseOf("[]\n"), HasSubstr("the play event []"));
  EXPECT_THAT(CauseOf(R"({"id":"12","data":{"ended_at_ms":1,"played_ms":1}})"), HasSubstr("no id"));
  EXPECT_THAT(CauseOf(R"({"id":"00000000000000000000000000000z","data":{"ended_at_ms":1,"played_ms":1}})"),
              HasSubstr("no id"));
  EXPECT_THAT(CauseOf(R"({"id":"000000000000000000000000000000","data":{"ended_at_ms":1}})"),
              HasSubstr("no milliseconds"));
  EXPECT_THAT(CauseOf(R"({"id":"000000000000000000000000000000","data":{"ended_at_ms":"1","played_ms":1}})"),
              HasSubstr("the play event"));
}

TEST(ReadPlayLines, TakesAZeroCharacterAsTheOneThatStandsForIt) {
  using std::literals::operator""sv;
  const PlayRows rows =
      MustRead(LinesOf({Heard("a\0b"sv, 1'600'000'000'000), Heard("a\uFFFDb", 1'600'000'100'000),
                        Heard(R"(\u0000)", 1'600'000'200'000)}));
  ASSERT_THAT(rows.items, SizeIs(2)) << "what is called the same has one key";
  EXPECT_EQ(rows.items[0].texts[2], "a\uFFFDb");
  EXPECT_EQ(rows.items[1].texts[2], R"(\u0000)");
}

}  // namespace
}  // namespace earprint::warehouse
