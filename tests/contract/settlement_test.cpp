// An evening captured live, and what an export makes of it: settled, added, unmatched; hours, overlaps and
// marks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "app/import_printer.hpp"
#include "base/utc_time.hpp"
#include "metrics/answer_writer.hpp"
#include "model/gap_fact.hpp"
#include "model/play_fact.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using ::testing::HasSubstr;
using Conditions = std::vector<model::ConditionPair>;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kEvening = 1'704'139'200'000;  // 2024-01-01 20:00

model::PlayFact Told(std::string_view source, std::string_view track, std::int64_t ended_ms,
                     std::int64_t played_ms) {
  model::PlayFact fact;
  fact.source = source;
  fact.kind = model::PlayKind::kTrack;
  fact.item_id = track;
  fact.title = track.substr(21);
  fact.artist = "Ann";
  fact.ended_at_ms = ended_ms;
  fact.played_ms = played_ms;
  return fact;
}

constexpr std::string_view kAlpha = "000000000000000000000A", kBeta = "000000000000000000000B",
                           kGamma = "000000000000000000000C", kDelta = "000000000000000000000D";

class Settlement : public ::testing::Test {
 protected:
  void Tell(const std::vector<model::PlayFact>& facts, std::int64_t gap_from_ms = 0,
            std::int64_t gap_to_ms = 0) {
    model::EventBatch batch;
    for (const model::PlayFact& fact : facts) model::AddPlay(fact, "me", batch);
    if (gap_to_ms > 0) model::AddGap({gap_from_ms, gap_to_ms, "recent", "off"}, "me", batch);
    batch.read = batch.events.size();
    ASSERT_TRUE(pipeline_->Take(std::move(batch), "test", "me"));
  }
  std::shared_ptr<const model::Answer> Ask(const std::string& metric, const Conditions& conditions = {}) {
    auto answer = asker_->Ask(metric, "me", conditions);
    EXPECT_TRUE(answer) << answer.error().Text();
    return *answer;
  }
  std::string Csv(const std::string& metric, const Conditions& conditions = {}) {
    std::string told = metrics::AnswerCsv(*Ask(metric, conditions));
    std::erase(told, '\r');
    return told.substr(told.find('\n') + 1);
  }
  void TellTheEvening() {
    Tell({Told("recent", kAlpha, kEvening + 500, 180'000),
          Told("recent", kBeta, kEvening + 5 * kMinute, 240'000),
          Told("recent", kGamma, kEvening + 15 * kMinute, 180'000)});
  }
  void TellTheExport() {
    Tell({Told("extended", kAlpha, kEvening, 170'000),
          Told("extended", kDelta, kEvening + 10 * kMinute, 100'000),
          Told("extended", kGamma, kEvening + 15 * kMinute, 180'000),
          Told("extended", kAlpha, kEvening + 90 * kMinute, 180'000)});
  }

  testing::TempFolder folder_;
  std::unique_ptr<Pipeline> pipeline_ = testing::OpenAt(folder_ / "s");
  std::unique_ptr<Asker> asker_ = *Asker::Make(*pipeline_, "UTC");
};

TEST_F(Settlement, SaysWhatAnExportReplacedAddedAndDoesNotKnow) {
  TellTheEvening();
  EXPECT_EQ(Csv("settlement"), "") << "nothing has settled it yet";
  EXPECT_EQ(SettlementText(metrics::AnswerJson(*Ask("settlement"))), "");
  TellTheExport();
  // Alpha and Gamma settled, Delta missed live, Beta in no export: (170 + 100 + 180 + 240) / (180 + 240 +
  // 180) s.
  EXPECT_EQ(Csv("settlement"), "2024-01-01,2,1,1,0.6667,600000,690000,0.1500\n");
  EXPECT_EQ(SettlementText(metrics::AnswerJson(*Ask("settlement"))),
            "The exports replaced 2 live plays, added 1 that were missed, minutes changed by +15.0 %; "
            "1 live plays are in no export and kept.");
}

TEST_F(Settlement, APlayThatTheExportLacksIsKeptAndMarked) {
  TellTheEvening();
  TellTheExport();
  EXPECT_THAT(Csv("plays_behind", {{"track", std::string(kBeta)}}),
              HasSubstr(",240000,recent,1,\"length estimated, not in the export\","));
  EXPECT_THAT(Csv("plays_behind", {{"track", std::string(kGamma)}}), HasSubstr(",180000,extended,2,,"));
  EXPECT_EQ(Ask("overview")->rows[0][1].number, 5);
  EXPECT_EQ(Ask("overview")->limits.estimated_plays, 1)
      << "the export knows Gamma's length, which is the estimated one";
}

TEST_F(Settlement, EveryHourSaysWhoWitnessedIt) {
  TellTheEvening();
  Tell({}, kEvening + 30 * kMinute, kEvening + 75 * kMinute);
  Tell({}, kEvening + 40 * kMinute, kEvening + 75 * kMinute);  // not counted twice
  TellTheExport();
  EXPECT_EQ(Csv("coverage"), "2024-01-01,20,3,3,30\n2024-01-01,21,0,1,15\n");
  EXPECT_EQ(Csv("coverage", {{"tz", "Asia/Kolkata"}}),
            "2024-01-02,1,3,3,0\n2024-01-02,2,0,0,45\n2024-01-02,3,0,1,0\n");
  EXPECT_EQ(Csv("coverage", {{"to", "2024-01-01T20:20:00Z"}}), "2024-01-01,20,3,3,0\n");
}

TEST_F(Settlement, TwoPlaysAtOnceAreKeptAndCounted) {
  Tell({Told("extended", kAlpha, kEvening, 200'000), Told("extended", kBeta, kEvening + kMinute, 200'000),
        Told("extended", kGamma, kEvening + 2 * kMinute, kMinute)});
  EXPECT_EQ(Csv("overlaps"), "2024-01-01,3,1,140000\n");
  EXPECT_EQ(Ask("overview")->rows[0][1].number, 3);
}

}  // namespace
}  // namespace earprint::app
