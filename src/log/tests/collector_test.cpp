#include "log/collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "model/play_fact.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/sound_batch.hpp"

namespace earprint::log {
namespace {

using model::EventBatch;
using model::EventType;
using testing::BatchesSource;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

model::PlayFact Play(int number, std::string_view platform = "ios") {
  model::PlayFact play;
  play.source = "extended";
  play.kind = model::PlayKind::kTrack;
  play.item_id = "2J3n32GeLmMjwuAzyhcSNe";
  play.ended_at_ms = 1'546'300'800'000 + number * 1'000;
  play.played_ms = 60'000;
  play.platform = platform;
  return play;
}

EventBatch Batch(const std::vector<model::PlayFact>& plays, const std::vector<model::Reject>& rejects = {}) {
  EventBatch batch;
  for (const model::PlayFact& play : plays) model::AddPlay(play, "me", batch);
  batch.rejects = rejects;
  batch.read = plays.size() + rejects.size();
  return batch;
}

/// Batches of a hundred plays each, every one with a text as long as a text may be.
std::vector<EventBatch> LongestBatches(int count) {
  const std::string longest(model::kTextBytesMax, 'x');
  std::vector<EventBatch> batches;
  for (int i = 0; i < count; ++i) {
    std::vector<model::PlayFact> plays;
    for (int k = 0; k < 100; ++k) plays.push_back(Play(100 * i + k, longest));
    batches.push_back(Batch(plays));
  }
  return batches;
}

std::vector<boost::json::object> PayloadsOf(const std::string& lines) {
  std::vector<boost::json::object> payloads;
  for (const std::string_view line : base::Split(lines, '\n')) {
    if (!line.empty()) payloads.push_back(boost::json::parse(line).at("data").as_object());
  }
  return payloads;
}

class CollectorTest : public ::testing::Test {
 protected:
  ports::FileReport Collect(std::vector<EventBatch> batches, const std::string& file = "MyData/a.json") {
    BatchesSource source(std::move(batches));
    auto report = collector_.Collect(source, file, "me");
    EXPECT_TRUE(report) << report.error().Text();
    EXPECT_EQ(report->read, report->accepted + report->duplicate + report->rejected);
    return *report;
  }
  std::size_t PlaysOnTheLog() const { return PayloadsOf(log_.Lines(EventType::kPlay)).size(); }

  testing::MemoryLog log_;
  testing::KnownIdsSession warehouse_;
  KnownEvents known_{warehouse_};
  Collector collector_{log_, known_};
};

TEST_F(CollectorTest, KeepsOneOfEqualEventsWithinABatchAndAcrossBatchesAndFiles) {
  const auto first = Collect({Batch({Play(1), Play(2), Play(1)}), Batch({Play(2), Play(3)})});
  EXPECT_EQ(first.read, 5U);
  EXPECT_EQ(first.accepted, 3U);
  EXPECT_EQ(first.duplicate, 2U);
  EXPECT_EQ(first.retold, 0U);
  const auto second = Collect({Batch({Play(3), Play(4)})});
  EXPECT_EQ(second.accepted, 1U);
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(PlaysOnTheLog(), 4U);
}

TEST_F(CollectorTest, KeepsNothingThatWasThereBeforeItWasOpened) {
  const EventBatch before = Batch({Play(1), Play(2)});
  for (const model::EventRef& event : before.events) warehouse_.known.emplace_back(event.type, event.id);
  const auto report = Collect({Batch({Play(2), Play(3), Play(1)})});
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(report.duplicate, 2U);
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(PlaysOnTheLog(), 1U);
}

TEST_F(CollectorTest, KeepsAPlayToldWithOtherDetailsAsAFurtherWitness) {
  const auto report = Collect({Batch({Play(1), Play(1, "android"), Play(1, "android")})});
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(report.duplicate, 2U);
  EXPECT_EQ(report.retold, 1U);
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(PlaysOnTheLog(), 2U);
}

TEST_F(CollectorTest, KeepsTheOrderOfTheSourceInWholeLines) {
  std::vector<EventBatch> batches;
  for (int i = 0; i < 40; ++i) batches.push_back(Batch({Play(2 * i), Play(2 * i + 1)}));
  Collect(std::move(batches));
  ASSERT_TRUE(collector_.Finish());
  const auto plays = PayloadsOf(log_.Lines(EventType::kPlay));
  ASSERT_THAT(plays, SizeIs(80));
  for (std::size_t i = 0; i < plays.size(); ++i) {
    EXPECT_EQ(plays[i].at("ended_at_ms").as_int64(), Play(static_cast<int>(i)).ended_at_ms);
  }
}

TEST_F(CollectorTest, CutsTheLogIntoFramesOfBoundedSizeAtLineEnds) {
  Collect(LongestBatches(30));
  ASSERT_TRUE(collector_.Finish());
  const auto& frames = log_.frames[EventType::kPlay];
  ASSERT_GE(frames.size(), 2U);
  EXPECT_THAT(frames, Each(::testing::EndsWith("}\n")));
  for (const std::string& frame : frames) {
    EXPECT_LT(frame.size(), Collector::kFrameLinesBytes + 2 * model::kTextBytesMax);
  }
  EXPECT_EQ(PlaysOnTheLog(), 3'000U);
}

TEST_F(CollectorTest, KeepsARejectWithItsPlaceInTheFileAndItsReason) {
  const auto report = Collect(
      {Batch({Play(1)}, {{1, 77, "no \"end\"", "{\"a\":\xFF}"}}), Batch({}, {{0, 0, "no object", "5"}})},
      "media/someone/MyData/a.json");
  EXPECT_EQ(report.rejected, 2U);
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(log_.Lines(EventType::kPlay).size(), Batch({Play(1)}).lines.size());
  const std::string lines = log_.Lines(EventType::kDeadLetter);
  const auto letters = PayloadsOf(lines);
  ASSERT_THAT(letters, SizeIs(2));
  EXPECT_EQ(letters[0],
            boost::json::parse(R"({"source": "invented", "file": "a.json", "position": "record 2, byte 77",
      "reason": "no \"end\"", "raw": "{\"a\":\uFFFD}"})")
                .as_object());
  EXPECT_EQ(letters[1].at("position").as_string(), "record 3");
  EXPECT_THAT(lines, Not(HasSubstr("someone"))) << "a folder may tell a person's name";
}

TEST_F(CollectorTest, AnEventThatIsMoreThanTheLogTakesIsARejectWithItsPlaceAndHoldsUpNothing) {
  log_.event_bytes_max = 2'000;
  const auto report =
      Collect({Batch({Play(0), Play(1, std::string(3'000, 'x')), Play(2)}, {{1, 0, "it is broken", "{"}})});
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(report.read, 4U);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(report.rejected, 2U);
  EXPECT_EQ(PlaysOnTheLog(), 2U);
  const auto letters = PayloadsOf(log_.Lines(EventType::kDeadLetter));
  ASSERT_THAT(letters, SizeIs(2));
  EXPECT_EQ(letters[0].at("position").as_string(), "record 2");
  EXPECT_EQ(letters[1].at("position").as_string(), "record 3");
  EXPECT_THAT(std::string(letters[1].at("reason").as_string()), HasSubstr("the log takes 2000"));
  EXPECT_THAT(std::string(letters[1].at("raw").as_string()), SizeIs(model::kRejectRawMax));
}

TEST_F(CollectorTest, KeepsARejectOnceHoweverOftenTheFileComes) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Collect({Batch({}, {{0, 5, "broken", "{"}})}).rejected, 1U);
  }
  ASSERT_TRUE(collector_.Finish());
  EXPECT_THAT(PayloadsOf(log_.Lines(EventType::kDeadLetter)), SizeIs(1));
}

TEST_F(CollectorTest, ASourceThatBreaksOffIsToldAndWhatItGaveIsKept) {
  BatchesSource source({Batch({Play(1)})},
                       base::Error{base::ErrorCode::kCorrupt, "read", "", "cut off", "try again"});
  const auto report = collector_.Collect(source, "a.json", "me");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->note, "cut off; try again");
  EXPECT_EQ(report->accepted, 1U);
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(PlaysOnTheLog(), 1U);
}

TEST_F(CollectorTest, TellsProgressAfterEveryBatch) {
  std::vector<std::uint64_t> told;
  collector_.on_progress = [&told](std::uint64_t records) { told.push_back(records); };
  Collect({Batch({Play(1), Play(2)}), Batch({Play(2)}), Batch({}, {{0, 0, "x", "y"}})});
  EXPECT_THAT(told, ElementsAre(2, 3, 4));
}

TEST_F(CollectorTest, IsDurableAfterFinishAndNotBefore) {
  Collect({Batch({Play(1)})});
  EXPECT_EQ(log_.syncs, 0);
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(log_.syncs, 1);
}

TEST_F(CollectorTest, AFullDiskIsToldByFinish) {
  Collect({Batch({Play(1)})});
  log_.appends_until_full = 0;
  const auto finished = collector_.Finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, base::ErrorCode::kRetryLater);
  EXPECT_EQ(log_.syncs, 0) << "what is not there is not made durable";
}

/// The collector of an import, which notes its files.
class NotingCollectorTest : public CollectorTest {
 protected:
  ports::FileReport CollectNoted(std::vector<EventBatch> batches, const std::string& file = "MyData/a.json") {
    KnownEvents known(warehouse_);
    Collector collector(log_, known, "import",
                        FileNotes{base::UtcMs{1'700'000'000'000}, log_.End(model::EventType::kPlay)});
    BatchesSource source(std::move(batches));
    auto report = collector.Collect(source, file, "me");
    EXPECT_TRUE(report) << report.error().Text();
    EXPECT_TRUE(collector.Finish());
    return *report;
  }
  /// What the log holds becomes known with its places, as the warehouse tells it.
  void Remember() {
    warehouse_.known.clear();
    for (const EventType type : {EventType::kPlay, EventType::kSourceFile}) {
      const std::string lines = log_.Lines(type);
      for (const std::string_view line : base::Split(lines, '\n')) {
        if (line.empty()) continue;
        const auto event = boost::json::parse(line).as_object();
        const std::string id(event.at("id").as_string());
        const model::EventId known{std::stoull(id.substr(0, 15), nullptr, 16),
                                   std::stoull(id.substr(15), nullptr, 16)};
        warehouse_.known.emplace_back(type, known);
        const auto& data = event.at("data").as_object();
        if (type == EventType::kPlay)
          warehouse_.places[known.identity] = {data.at("file").as_int64(), data.at("row").as_int64()};
      }
    }
  }
  std::vector<boost::json::object> Files() const { return PayloadsOf(log_.Lines(EventType::kSourceFile)); }
};

TEST_F(NotingCollectorTest, EveryPlayTellsItsFileAndRowPastTheRejects) {
  CollectNoted({Batch({Play(1), Play(2)}, {{0, 5, "broken", "{"}, {2, 9, "broken", "}"}}), Batch({Play(3)})},
               "media/someone/MyData/a.json");
  const auto plays = PayloadsOf(log_.Lines(EventType::kPlay));
  ASSERT_THAT(plays, SizeIs(3));
  EXPECT_EQ(plays[0].at("row").as_int64(), 2);
  EXPECT_EQ(plays[1].at("row").as_int64(), 4);
  EXPECT_EQ(plays[2].at("row").as_int64(), 5);
  const auto files = Files();
  ASSERT_THAT(files, SizeIs(1));
  EXPECT_EQ(plays[0].at("file"), files[0].at("file_key"));
  EXPECT_EQ(files[0].at("file").as_string(), "a.json") << "a folder may tell a person's name";
  EXPECT_EQ(files[0].at("read").as_int64(), 5);
  EXPECT_EQ(files[0].at("accepted").as_int64(), 3);
  EXPECT_EQ(files[0].at("rejected").as_int64(), 2);
  EXPECT_TRUE(files[0].at("again").as_array().empty());
}

TEST_F(NotingCollectorTest, RecordsThatTellAgainAreNotedAsStretches) {
  CollectNoted({Batch({Play(1), Play(2), Play(3), Play(4)})}, "first.json");
  Remember();
  CollectNoted({Batch({Play(5), Play(2), Play(3)}), Batch({Play(4), Play(1), Play(5), Play(6)})},
               "second.json");
  const auto files = Files();
  ASSERT_THAT(files, SizeIs(2));
  const std::string first = std::to_string(files[0].at("file_key").as_int64());
  const std::string second = std::to_string(files[1].at("file_key").as_int64());
  EXPECT_EQ(boost::json::serialize(files[1].at("again")),
            "[[2,3," + first + ",2],[5,1," + first + ",1],[6,1," + second + ",1]]");
  EXPECT_EQ(files[1].at("duplicate").as_int64(), 5);
}

TEST_F(NotingCollectorTest, TheSameRecordsAgainChangeNothingHoweverTheFileIsCutOrCalled) {
  CollectNoted({Batch({Play(1), Play(2)}, {{2, 5, "broken", "{"}}), Batch({Play(3)})});
  Remember();
  const std::string before = log_.Lines(EventType::kSourceFile);
  const auto report =
      CollectNoted({Batch({Play(1)}), Batch({Play(2), Play(3)}, {{1, 9, "broken", "{"}})}, "b.json");
  EXPECT_EQ(log_.Lines(EventType::kSourceFile), before);
  EXPECT_THAT(report.note, HasSubstr("it changes nothing"));
  CollectNoted({Batch({Play(2), Play(1), Play(3)}, {{3, 5, "broken", "{"}})});
  EXPECT_THAT(Files(), SizeIs(2)) << "in another order it is another file";
}

TEST_F(NotingCollectorTest, WhatIsSaidOfAFileComesAfterAllItTold) {
  log_.appends_until_full = 0;
  KnownEvents known(warehouse_);
  Collector collector(log_, known, "import", FileNotes{base::UtcMs{1}});
  BatchesSource source({Batch({Play(1)})});
  ASSERT_TRUE(collector.Collect(source, "a.json", "me"));
  EXPECT_FALSE(collector.Finish());
  EXPECT_THAT(Files(), ::testing::IsEmpty());
}

TEST_F(CollectorTest, ADiskThatDoesNotSyncIsTold) {
  Collect({Batch({Play(1)})});
  log_.sync_fails = true;
  EXPECT_FALSE(collector_.Finish());
}

TEST_F(CollectorTest, AFullDiskEndsTheFileAmidItsBatches) {
  log_.appends_until_full = 1;
  BatchesSource source(LongestBatches(60));
  const auto report = collector_.Collect(source, "a.json", "me");
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().Text(), HasSubstr("free some disk space"));
  EXPECT_THAT(log_.frames[EventType::kPlay], SizeIs(1)) << "a front part of whole frames stays";
}

TEST_F(CollectorTest, AFaultOfTheWarehouseEndsTheFile) {
  warehouse_.fault = base::Error{base::ErrorCode::kCorrupt, "query", "raw_play", "damaged", ""};
  BatchesSource source({Batch({Play(1)})});
  const auto report = collector_.Collect(source, "a.json", "me");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, base::ErrorCode::kCorrupt);
  warehouse_.fault.reset();
  ASSERT_TRUE(collector_.Finish());
  EXPECT_EQ(PlaysOnTheLog(), 0U);
}

}  // namespace
}  // namespace earprint::log
