// Whatever comes from a shared log and is taken can be read by every build after it, and comes to rest once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "log/event_check.hpp"
#include "tests/support/checked_batch.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

using model::EventType;

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string EventLineOf(EventType type, const std::string& payload) {
  model::EventBatch batch;
  model::AddEvent({type, "account", payload, payload, 1'546'300'800'000}, "me", batch);
  batch.lines.pop_back();
  return batch.lines;
}

// Each is either refused by the check, and would be a dead letter, or built; a line that is taken and cannot
// be read would stop every build to come.
TEST(LandedLines, WhatTheCheckTakesTheBuildReads) {
  const std::string play = PlayLine(1), data = "\"data\":{", kind = "\"kind\":\"track\"";
  std::vector<std::pair<EventType, std::string>> lines;
  for (const std::string more : {R"("id":7,)",
                                 R"("id":"x",)",
                                 R"("source":{},)",
                                 R"("subject":"bob",)",
                                 R"("subject":1,)",
                                 R"("time":[],)",
                                 R"("specversion":{"a":{"b":[1,{}]}},)",
                                 R"("type":null,)",
                                 R"("data":5,)",
                                 R"("data":{"played_ms":"x"},)",
                                 R"("mood":1e300,)",
                                 R"("mood":"\ud83d\ude00\u0000",)",
                                 R"("kin\u0064":"track",)",
                                 R"("played_m\u0073":1,)",
                                 R"("title":"x",)",
                                 R"("":"",)",
                                 R"("offline_at_ms":"x",)",
                                 R"("mood":1,"mood":[],)",
                                 R"("id":1,"id":2,)",
                                 R"("twin":7,)",
                                 R"("file":"x",)"})
    lines.emplace_back(EventType::kPlay, Replaced(play, data, data + more));
  lines.emplace_back(EventType::kPlay, Replaced(play, data, R"("d\u0061ta":{)"));
  lines.emplace_back(EventType::kPlay, Replaced(play, "\"ended_at_ms\"", R"("ended_at_m\u0073")"));
  lines.emplace_back(EventType::kPlay, Replaced(play, kind, R"("k\u0069nd":"track")"));
  for (const std::string payload :
       {R"({"name":"a","name":"b","tracks":[]})", R"({"name":"a","n\u0061me":"b"})",
        R"({"name":"a","tracks":[{}]})", R"({"name":"a","tracks":[{"title":"x","title":"y"}]})",
        R"({"name":"a","tracks":[{"t\u0069tle":"x"}]})",
        R"({"name":"a","tracks":[{"title":null,"mood":"x"}]})", R"({"name":"a","mood":{"a":1,"a":2}})",
        R"({"name":"a","mood":1,"mood":"2"})", R"({"name":"a","id":1,"subject":{},"data":[]})"})
    lines.emplace_back(EventType::kPlaylist, EventLineOf(EventType::kPlaylist, payload));
  for (const std::string payload :
       {R"({"title":"t","title":"u","catalogue":"c"})", R"({"title":"t","energy_e6":1,"energy_e6":2})",
        R"({"title":"t","energy_e6":1,"mood_e6":5})", R"({"title":"t","genres":["a","a"],"id":{}})"})
    lines.emplace_back(EventType::kAudioFeatures, EventLineOf(EventType::kAudioFeatures, payload));

  const TempFolder folder;
  const auto pipeline = OpenAt(folder / "store");
  log::EventCheck check;
  int taken = 0;
  for (const auto& [type, line] : lines) {
    if (!check.Check(type, line)) continue;
    ++taken;
    model::EventBatch batch;
    batch.lines = line + "\n";
    batch.events.push_back(*check.Check(type, line));
    batch.read = 1;
    const auto landed = pipeline->Land(std::move(batch), {});
    ASSERT_TRUE(landed) << line << "\n" << landed.error().Text();
  }
  EXPECT_GT(taken, 12);
  EXPECT_LT(taken, static_cast<int>(lines.size()) - 8);
  EXPECT_EQ(CountPlays(*pipeline, "listener <> 'me'"), 0) << "whose a play is tells its envelope";
  ASSERT_TRUE(pipeline->Rebuild());
}

// The disk was full, or the engine without memory: the events are on the log, and the warehouse does not
// know.
TEST(LandedLines, ComeToRestOnceThoughTheBuildAfterThemFailed) {
  namespace fs = std::filesystem;
  const TempFolder folder;
  const auto pipeline = OpenAt(folder / "store");
  const auto land = [&](int number) {
    return pipeline->Land(BatchOf({PlayLine(number), LineOf(EventType::kPlaylist, number)}), {});
  };
  ASSERT_TRUE(land(1));  // what follows is the end of a file, which is copied to be read
  const std::string scratch = folder / "store/scratch";
  for (int times = 0; times < 2; ++times) {
    fs::remove_all(scratch);
    std::ofstream(scratch) << "no folder";
    const auto failed = land(2);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, base::ErrorCode::kRetryLater) << failed.error().Text();
  }
  fs::remove(scratch);
  const auto landed = land(2);
  ASSERT_TRUE(landed) << landed.error().Text();
  EXPECT_EQ(landed->accepted, 0U);
  EXPECT_EQ(landed->duplicate, 2U);
  EXPECT_EQ(CountPlays(*pipeline, "true"), 2);
  ASSERT_TRUE(pipeline->Rebuild());
  EXPECT_EQ(CountPlays(*pipeline, "true"), 2);
}

TEST(LandedLines, AreInTheFiguresOnceMoreWasLandedThatWasStowed) {
  const TempFolder folder;
  auto pipeline = OpenAt(folder / "store");
  ASSERT_TRUE(pipeline->Stow(BatchOf({PlayLine(1), PlayLine(2)})));
  const auto again = pipeline->Stow(BatchOf({PlayLine(2), PlayLine(3)}));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->duplicate, 1U);
  EXPECT_EQ(CountPlays(*pipeline, "true"), 0) << "nothing is built of them yet";
  const auto landed = pipeline->Land(BatchOf({PlayLine(3), PlayLine(4)}), {{"place", "4"}});
  ASSERT_TRUE(landed) << landed.error().Text();
  EXPECT_EQ(landed->duplicate, 1U);
  EXPECT_EQ(CountPlays(*pipeline, "true"), 4);
  EXPECT_EQ(pipeline->LandedMarks()->at("place"), "4");
  // A kill with something stowed, and another way in.
  ASSERT_TRUE(pipeline->Stow(BatchOf({PlayLine(5)})));
  pipeline.reset();
  pipeline = OpenAt(folder / "store");
  EXPECT_EQ(CountPlays(*pipeline, "true"), 5);
  ASSERT_TRUE(pipeline->Stow(BatchOf({PlayLine(6)})));
  const auto taken = pipeline->Take(BatchOf({PlayLine(6), PlayLine(7)}), "recent", "me");
  ASSERT_TRUE(taken) << taken.error().Text();
  EXPECT_EQ(taken->duplicate, 1U);
  // Who reads log and figures beside each other finds both in step.
  ASSERT_TRUE(pipeline->Stow(BatchOf({PlayLine(9)})));
  std::string version;
  ASSERT_TRUE(pipeline->WithLog([&](const ports::EventLog&, const std::string& told) -> base::Result<void> {
    version = told;
    return {};
  }));
  EXPECT_EQ(version, pipeline->DataVersion());
  EXPECT_EQ(CountPlays(*pipeline, "true"), 8);
  ASSERT_TRUE(pipeline->Stow(BatchOf({PlayLine(8)})));
  ASSERT_TRUE(pipeline->Rebuild());
  EXPECT_EQ(pipeline->Land(BatchOf({PlayLine(8)}), {})->duplicate, 1U);
  EXPECT_EQ(CountPlays(*pipeline, "true"), 9);
}

// The disk was full while a batch was stowed, or while what was stowed was built.
TEST(LandedLines, ComeToRestOnceThoughTheBuildOfWhatWasStowedFailed) {
  namespace fs = std::filesystem;
  const TempFolder folder;
  const auto pipeline = OpenAt(folder / "store");
  ASSERT_TRUE(pipeline->Land(BatchOf({PlayLine(1), LineOf(EventType::kPlaylist, 1)}), {}));
  const std::string scratch = folder / "store/scratch";
  fs::remove_all(scratch);
  ASSERT_TRUE(pipeline->Stow(BatchOf({PlayLine(2), LineOf(EventType::kPlaylist, 2)})));
  std::ofstream(scratch) << "no folder";
  ASSERT_FALSE(pipeline->Land(BatchOf({PlayLine(3)}), {}));
  std::ofstream(scratch) << "no folder";
  ASSERT_FALSE(pipeline->Stow(BatchOf({PlayLine(3)}))) << "it is not known yet what is there";
  fs::remove(scratch);
  const auto stowed = pipeline->Stow(BatchOf({PlayLine(3), PlayLine(2)}));
  ASSERT_TRUE(stowed) << stowed.error().Text();
  EXPECT_EQ(stowed->duplicate, 2U);
  ASSERT_TRUE(pipeline->Land({}, {}));
  EXPECT_EQ(CountPlays(*pipeline, "true"), 3);
  ASSERT_TRUE(pipeline->Rebuild());
  EXPECT_EQ(CountPlays(*pipeline, "true"), 3);
}

}  // namespace
}  // namespace earprint::testing
