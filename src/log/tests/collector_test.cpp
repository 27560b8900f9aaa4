// What reaches the log, what is counted, and what a failing log or source leaves behind.
#include "log/collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace earprint::log {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Keeps frames as they are; refuses to append when told to.
class MemoryLog final : public ports::EventLog {
 public:
  std::string Pack(std::string_view packed) const override { return std::string(packed); }
  base::Result<void> Append(model::EventType type, std::string_view frame) override {
    if (is_full) return base::Fail(base::ErrorCode::kRetryLater, "append", "lake", "the disk is full");
    lines[type] += frame;
    return {};
  }
  base::Result<void> Sync() override {
    ++syncs;
    return {};
  }
  std::uint64_t End(model::EventType type) const override {
    const auto found = lines.find(type);
    return found == lines.end() ? 0 : found->second.size();
  }
  base::Result<std::vector<std::string>> FilesFrom(model::EventType, std::uint64_t,
                                                   const std::string&) const override {
    return std::vector<std::string>();
  }

  bool is_full = false;
  int syncs = 0;
  std::map<model::EventType, std::string> lines;
};

/// A warehouse that knows some ids, and counts how it is asked.
class KnowingSession final : public ports::QuerySession {
 public:
  base::Result<ports::Table> Query(std::string_view) override { return ports::Table(); }
  base::Result<void> QueryIntegers(std::string_view sql,
                                   const std::function<void(std::span<const std::int64_t>)>& row) override {
    asked.emplace_back(sql);
    if (is_down) return base::Fail(base::ErrorCode::kRetryLater, "query", "", "out of memory");
    if (sql.find("from raw_play ") == std::string_view::npos) return {};
    for (const auto& id : known) row(id);
    return {};
  }

  bool is_down = false;
  std::vector<std::array<std::int64_t, 2>> known;
  std::vector<std::string> asked;
};

/// Gives batches made beforehand, then ends or breaks off.
class GivenSource final : public ports::EventSource {
 public:
  std::string Kind() const override { return "given"; }
  base::Result<std::optional<model::BatchTask>> Next() override {
    if (at < batches.size()) return [batch = batches[at++]] { return batch; };
    if (breaks_off)
      return base::Fail(base::ErrorCode::kCorrupt, "read", "file", "it ends early", "get it again");
    return std::nullopt;
  }

  std::vector<model::EventBatch> batches;
  std::size_t at = 0;
  bool breaks_off = false;
};

model::EventBatch Batch(const std::vector<model::EventId>& ids) {
  model::EventBatch batch;
  for (const model::EventId& id : ids) {
    const std::string line =
        "{\"id\":\"" + std::to_string(id.identity) + "/" + std::to_string(id.details) + "\"}\n";
    batch.events.push_back({model::EventType::kPlay, id, static_cast<std::uint32_t>(batch.lines.size()),
                            static_cast<std::uint32_t>(line.size())});
    batch.lines += line;
    ++batch.read;
  }
  return batch;
}

std::string Line(const char* id) { return std::string("{\"id\":\"") + id + "\"}\n"; }

class CollectorTest : public ::testing::Test {
 protected:
  ports::FileReport Collect() {
    auto report = collector.Collect(source, "folder/file.json", "me");
    EXPECT_TRUE(report) << report.error().Text();
    EXPECT_TRUE(collector.Finish());
    return report ? *report : ports::FileReport();
  }

  MemoryLog log;
  KnowingSession session;
  KnownEvents known{session};
  Collector collector{log, known};
  GivenSource source;
};

TEST_F(CollectorTest, EachEventArrivesOnceInTheSourcesOrder) {
  source.batches = {Batch({{1, 1}, {2, 1}, {1, 1}}), Batch({{3, 1}, {2, 1}})};
  const auto report = Collect();
  EXPECT_EQ(log.lines[model::EventType::kPlay], Line("1/1") + Line("2/1") + Line("3/1"));
  EXPECT_EQ(report.read, 5U);
  EXPECT_EQ(report.accepted, 3U);
  EXPECT_EQ(report.duplicate, 2U);
  EXPECT_EQ(report.retold, 0U);
  EXPECT_EQ(log.syncs, 1);
}

TEST_F(CollectorTest, WhatTheWarehouseKnowsIsADuplicateAndOtherDetailsAWitness) {
  session.known = {{1, 1}};
  source.batches = {Batch({{1, 1}, {1, 2}, {4, 1}})};
  const auto report = Collect();
  EXPECT_EQ(log.lines[model::EventType::kPlay], Line("1/2") + Line("4/1"));
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(report.duplicate, 2U);
  EXPECT_EQ(report.retold, 1U);
}

TEST_F(CollectorTest, FewEventsAreLookedUpManyLoadAllOnce) {
  source.batches = {Batch({{7, 1}})};
  Collect();
  EXPECT_THAT(session.asked[0], HasSubstr("identity in (7)"));
  std::vector<model::EventId> many;
  for (std::uint64_t i = 0; i <= KnownEvents::kLookupsMax; ++i) many.push_back({100 + i, 1});
  session.asked.clear();
  source.batches = {Batch(many), Batch({{5, 1}}), Batch({{6, 1}})};
  source.at = 0;
  Collect();
  EXPECT_EQ(session.asked.size(), model::kEventTypes.size()) << "all once, nothing after";
  EXPECT_THAT(session.asked[0], HasSubstr("where true"));
}

TEST_F(CollectorTest, ARejectBecomesADeadLetterWithItsPlaceAndReasonOnce) {
  model::EventBatch batch = Batch({{1, 1}});
  batch.rejects.push_back({1, 57, "ms_played is negative (-5)", "{\"ms_played\":-5\xFF}"});
  ++batch.read;
  source.batches = {Batch({{9, 1}}), batch};
  const auto first = Collect();
  EXPECT_EQ(first.rejected, 1U);
  EXPECT_EQ(first.read, first.accepted + first.duplicate + first.rejected);
  const std::string letter = log.lines[model::EventType::kDeadLetter];
  EXPECT_THAT(letter, HasSubstr("\"data\":{\"source\":\"given\",\"file\":\"file.json\",\"position\":"
                                "\"record 3, byte 57\",\"reason\":\"ms_played is negative (-5)\","
                                "\"raw\":\"{\\\"ms_played\\\":-5\xEF\xBF\xBD}\"}}\n"));
  source.at = 0;
  const auto second = Collect();
  EXPECT_EQ(second.rejected, 1U) << "it is counted again";
  EXPECT_EQ(log.lines[model::EventType::kDeadLetter], letter) << "and kept once";
}

TEST_F(CollectorTest, ASourceThatBreaksOffKeepsWhatCameBefore) {
  source.batches = {Batch({{1, 1}})};
  source.breaks_off = true;
  const auto report = Collect();
  EXPECT_EQ(report.accepted, 1U);
  EXPECT_EQ(report.note, "it ends early; get it again");
  EXPECT_EQ(log.lines[model::EventType::kPlay], Line("1/1"));
}

TEST_F(CollectorTest, AFullDiskIsAnErrorOfTheImport) {
  log.is_full = true;
  source.batches = {Batch({{1, 1}})};
  auto report = collector.Collect(source, "file", "me");
  const auto finished = collector.Finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().cause, "the disk is full");
  EXPECT_EQ(log.syncs, 0);
}

TEST_F(CollectorTest, AWarehouseThatIsDownEndsTheImportBeforeAnythingIsKept) {
  session.is_down = true;
  source.batches = {Batch({{1, 1}}), Batch({{2, 1}})};
  const auto report = collector.Collect(source, "file", "me");
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().Text(), HasSubstr("load known events"));
  EXPECT_TRUE(collector.Finish());
  EXPECT_EQ(log.lines[model::EventType::kPlay], "");
}

TEST_F(CollectorTest, TellsProgressAfterEveryBatch) {
  std::vector<std::uint64_t> told;
  collector.on_progress = [&told](std::uint64_t records) { told.push_back(records); };
  source.batches = {Batch({{1, 1}, {2, 1}}), Batch({{3, 1}})};
  Collect();
  EXPECT_THAT(told, ElementsAre(2U, 3U));
}

}  // namespace
}  // namespace earprint::log
