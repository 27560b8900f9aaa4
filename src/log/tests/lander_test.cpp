#include "log/lander.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <latch>
#include <set>

#include "model/event_line.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::log {
namespace {

using model::EventType;
using ports::FeedShare;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Batches from memory; what was not committed comes again after Restart.
class ScriptedFeed final : public ports::EventFeed {
 public:
  void Add(FeedShare share, const std::string& key, const std::string& message) {
    messages.push_back({share, key, message});
  }
  base::Result<ports::FedBatch> Read(const ports::FeedLimits& limits) override {
    if (on_read) on_read(limits);
    ports::FedBatch batch;
    while (at < messages.size() && batch.messages.size() < limits.messages_max) {
      const Message& one = messages[at];
      batch.bytes += one.key;
      batch.messages.push_back(
          {one.share, static_cast<std::int64_t>(at), static_cast<std::uint32_t>(batch.bytes.size()),
           static_cast<std::uint32_t>(one.text.size()), static_cast<std::uint32_t>(one.key.size())});
      batch.bytes += one.text;
      batch.next[one.share] = static_cast<std::int64_t>(++at);
    }
    batch.at_end = at == messages.size();
    return batch;
  }
  base::Result<void> Commit(const ports::FeedPlaces& places) override {
    if (commit_fault) return std::unexpected(*commit_fault);
    for (const auto& [share, next] : places) committed = std::max(committed, static_cast<std::size_t>(next));
    return {};
  }
  std::string NameOf(const FeedShare& share) const override {
    return "earprint." + std::string(model::TypeName(share.type)) + "/" + std::to_string(share.number);
  }
  ports::FeedFigures Figures() const override { return {}; }
  void Restart() { at = committed; }

  struct Message {
    FeedShare share;
    std::string key, text;
  };
  std::vector<Message> messages;
  std::size_t at = 0, committed = 0;
  std::optional<base::Error> commit_fault;
  std::function<void(const ports::FeedLimits&)> on_read;
};

class SetSink : public ports::EventSink {
 public:
  base::Result<std::string> Name() override { return "set"; }
  base::Result<ports::SinkPlaces> Places() override { return ports::SinkPlaces{places, true}; }
  std::size_t EventBytesMax() const override { return bytes_max; }
  base::Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override {
    if (faults > 0) {
      --faults;
      return base::Fail(base::ErrorCode::kRetryLater, "keep", "disk", "no space left");
    }
    ports::TakenReport report;
    report.read = batch.read;
    for (const model::EventRef& event : batch.events) {
      const std::string line = batch.lines.substr(event.begin, event.size - 1);
      EXPECT_EQ(batch.lines[event.begin + event.size - 1], '\n');
      ++(lines.insert(line).second ? report.accepted : report.duplicate);
    }
    places = next;
    return report;
  }
  base::Result<void> BeginAnew(const std::set<FeedShare>& shares) override {
    for (const FeedShare& share : shares) places.erase(share);
    return {};
  }
  base::Result<void> Forget(const std::set<ports::ForgottenEvents>& erased) override {
    if (faults > 0) {
      --faults;
      return base::Fail(base::ErrorCode::kRetryLater, "forget", "disk", "no space left");
    }
    forgotten.insert(erased.begin(), erased.end());
    for (const auto& [listener, type, part] : erased) {
      std::erase_if(lines, [&](const std::string& line) {
        std::string scratch;
        const auto told = model::ReadEventLine(line);
        return told && told->type == model::TypeName(type) && model::ListenerOf(*told, scratch) == listener &&
               (part == model::ForgottenPart::kAll || model::IsFromApi(told->source));
      });
    }
    return {};
  }
  std::set<std::string> lines;
  std::set<ports::ForgottenEvents> forgotten;
  ports::FeedPlaces places;
  std::size_t bytes_max = 1'000'000;
  int faults = 0;
};

class LanderTest : public ::testing::Test {
 protected:
  LandReport Run(Lander& lander) {
    for (int steps = 0; steps < 1'000; ++steps) {
      const auto at_end = lander.Step();
      EXPECT_TRUE(at_end) << at_end.error().Text();
      if (!at_end || *at_end) break;
    }
    const LandReport report = lander.Report();
    EXPECT_EQ(report.read, report.accepted + report.duplicate + report.rejected + report.passed_by);
    return report;
  }

  ScriptedFeed feed;
  SetSink sink;
  testing::MemoryLog letters;
  const FeedShare plays{EventType::kPlay, 3};
};

TEST_F(LanderTest, KeepsEveryEventOnceAndCommitsWhatIsKept) {
  for (const int number : {1, 2, 1, 3, 2}) feed.Add(plays, "me", testing::PlayLine(number));
  Lander lander(feed, sink, letters);
  lander.limits.messages_max = 2;
  const LandReport report = Run(lander);
  EXPECT_EQ(report.accepted, 3U);
  EXPECT_EQ(report.duplicate, 2U);
  EXPECT_EQ(report.batches, 3U);
  EXPECT_EQ(feed.committed, 5U);
  EXPECT_EQ(sink.places.at(plays), 5);
}

TEST_F(LanderTest, PutsWhatIsNoEventAmongTheDeadLettersWithTopicAndOffset) {
  feed.Add(plays, "me", testing::PlayLine(1));
  feed.Add(plays, "ann", "poison \xff");
  feed.Add(plays, "\x01", "{}");
  feed.Add(plays, "me", testing::PlayLine(2));
  Lander lander(feed, sink, letters);
  const LandReport report = Run(lander);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(report.rejected, 2U);
  const std::string told = letters.Lines(EventType::kDeadLetter);
  EXPECT_THAT(told, HasSubstr(R"("source":"kafka","file":"earprint.play/3","position":"offset 1")"));
  EXPECT_THAT(told, HasSubstr(R"("reason":"it is no event of the house","raw":"poison )"));
  EXPECT_THAT(told, HasSubstr(R"("subject":"ann")"));
  EXPECT_THAT(told, HasSubstr(R"("subject":"unknown")"));
  EXPECT_EQ(letters.syncs, 1);
}

TEST_F(LanderTest, PutsWhatTheSinkCannotHoldAmongTheDeadLettersAndGoesOn) {
  sink.bytes_max = testing::PlayLine(1).size();
  feed.Add(plays, "me", testing::PlayLine(1));
  feed.Add(plays, "me", testing::PlayLine(2, "me", "A longer title"));
  feed.Add(plays, "me", testing::PlayLine(3));
  Lander lander(feed, sink, letters);
  const LandReport report = Run(lander);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_EQ(feed.committed, 3U);
  EXPECT_THAT(letters.Lines(EventType::kDeadLetter),
              HasSubstr("\"position\":\"offset 1\",\"reason\":\"it has more than the "));
}

TEST_F(LanderTest, ADeadLetterOfItsOwnIsAnEventThatItTakes) {
  feed.Add(plays, "me", "poison");
  Lander first(feed, sink, letters);
  Run(first);
  std::string letter = letters.Lines(EventType::kDeadLetter);
  letter.pop_back();
  feed.Add({EventType::kDeadLetter, 0}, "me", letter);
  Lander second(feed, sink, letters);
  EXPECT_EQ(Run(second).accepted, 1U);
}

TEST_F(LanderTest, CommitsNothingThatTheSinkHasNotKeptAndGoesOnWithIt) {
  feed.Add(plays, "me", testing::PlayLine(1));
  sink.faults = 2;
  Lander lander(feed, sink, letters);
  EXPECT_FALSE(lander.Step());
  EXPECT_EQ(feed.committed, 0U);
  EXPECT_FALSE(lander.Step());
  EXPECT_TRUE(lander.Step());
  EXPECT_EQ(feed.committed, 1U);
  EXPECT_EQ(lander.Report().accepted, 1U);
}

TEST_F(LanderTest, CommitsNothingWhoseDeadLetterIsNotOnTheLog) {
  feed.Add(plays, "me", "poison");
  letters.sync_fails = true;
  Lander lander(feed, sink, letters);
  EXPECT_FALSE(lander.Step());
  EXPECT_EQ(feed.committed, 0U);
  letters.sync_fails = false;
  EXPECT_TRUE(lander.Step());
  EXPECT_EQ(feed.committed, 1U);
}

TEST_F(LanderTest, KilledBetweenKeepingAndCommittingItKeepsNothingTwice) {
  for (int i = 0; i < 50; ++i) feed.Add(plays, "me", testing::PlayLine(i));
  for (int kill = 0; kill < 5; ++kill) {
    Lander lander(feed, sink, letters);
    lander.limits.messages_max = 10;
    feed.commit_fault = base::Error{base::ErrorCode::kConflict, "commit", "group", "killed"};
    for (int steps = 0; steps <= kill; ++steps) ASSERT_TRUE(lander.Step());
    feed.commit_fault.reset();
    feed.Restart();
  }
  Lander last(feed, sink, letters);
  Run(last);
  EXPECT_EQ(sink.lines.size(), 50U);
  EXPECT_EQ(feed.committed, 50U);
}

/// Keeps the first batch when a second one was read, and no sooner.
class WaitingSink final : public SetSink {
 public:
  base::Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override {
    if (lines.empty()) read_twice.wait();
    return SetSink::Keep(std::move(batch), next);
  }
  std::latch read_twice{2};
};

TEST_F(LanderTest, WhereItReadsAheadTheNextBatchIsReadWhileTheSinkKeepsOne) {
  WaitingSink waiting;
  feed.on_read = [&waiting, reads = 0](const auto&) mutable {
    if (++reads <= 2) waiting.read_twice.count_down();
  };
  for (int number = 1; number <= 7; ++number) feed.Add(plays, "me", testing::PlayLine(number));
  Lander lander(feed, waiting, letters);
  lander.limits.messages_max = 2;
  lander.reads_ahead = true;
  EXPECT_EQ(Run(lander).accepted, 7U);
  EXPECT_EQ(waiting.lines.size(), 7U);
  EXPECT_EQ(feed.committed, 7U);
}

TEST_F(LanderTest, AShareIsLetGoWhenItsLastBatchIsKeptAndNoSooner) {
  int let_go = 0;
  feed.on_read = [&](const ports::FeedLimits& limits) {
    if (!limits.before_leaving) return;
    limits.before_leaving();
    EXPECT_EQ(sink.lines.size(), static_cast<std::size_t>(2 * ++let_go));
  };
  for (int number = 1; number <= 7; ++number) feed.Add(plays, "me", testing::PlayLine(number));
  Lander lander(feed, sink, letters);
  lander.limits.messages_max = 2;
  lander.reads_ahead = true;
  EXPECT_EQ(Run(lander).accepted, 7U);
  EXPECT_EQ(let_go, 3);
}

TEST_F(LanderTest, WhatWasReadAheadIsNeitherCommittedNorLostWhenTheSinkFails) {
  for (int number = 1; number <= 6; ++number) feed.Add(plays, "me", testing::PlayLine(number));
  feed.Add(plays, "me", "no event");
  sink.faults = 2;
  Lander lander(feed, sink, letters);
  lander.limits.messages_max = 2;
  lander.reads_ahead = true;
  EXPECT_FALSE(lander.Step());
  EXPECT_FALSE(lander.Step());
  EXPECT_EQ(feed.committed, 0U);
  EXPECT_TRUE(lander.Step());
  EXPECT_EQ(feed.committed, 2U) << "what was read ahead is not kept yet";
  const LandReport report = Run(lander);
  EXPECT_EQ(report.read, 7U);
  EXPECT_EQ(report.accepted, 6U);
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_EQ(feed.committed, 7U);
}

TEST_F(LanderTest, PassesByOtherListenersButNotWhatBelongsToNobody) {
  feed.Add(plays, "me", testing::PlayLine(1, "me"));
  feed.Add(plays, "ann", testing::PlayLine(1, "ann"));
  feed.Add({EventType::kAudioFeatures, 0}, "id", testing::LineOf(EventType::kAudioFeatures, 1, "catalogue"));
  feed.Add({EventType::kAudioFeatures, 0}, "id", "");
  Lander lander(feed, sink, letters, "me");
  const LandReport report = Run(lander);
  EXPECT_EQ(report.accepted, 2U);
  EXPECT_EQ(report.passed_by, 2U);
  EXPECT_EQ(report.rejected, 0U);
}

TEST_F(LanderTest, WhatAListenerToldBeforeItWasForgottenIsErasedAndWhatComesAfterCounts) {
  feed.Add(plays, "ann", testing::PlayLine(1, "ann"));
  feed.Add(plays, "bob", testing::PlayLine(2, "bob"));
  feed.Add(plays, "ann", testing::PlayLine(3, "ann"));
  feed.Add(plays, "ann", model::ForgottenLine("ann"));
  feed.Add(plays, "ann", testing::PlayLine(1, "ann"));
  for (const std::size_t batch : {1U, 2U, 3U, 100U}) {
    SetSink own;
    ScriptedFeed again;
    again.messages = feed.messages;
    Lander lander(again, own, letters);
    lander.limits.messages_max = batch;
    const LandReport report = Run(lander);
    EXPECT_EQ(report.rejected, 0U);
    EXPECT_EQ(own.lines, (std::set<std::string>{testing::PlayLine(1, "ann"), testing::PlayLine(2, "bob")}))
        << batch;
  }
}

TEST_F(LanderTest, AMarkOfWhatCameOverTheApiLeavesWhatFilesTold) {
  const std::string exported = testing::PlayLine(1, "ann"), live = testing::PlayFromApi(2, "ann"),
                    again = testing::PlayFromApi(4, "ann");
  feed.Add(plays, "ann", exported);
  feed.Add(plays, "ann", live);
  feed.Add(plays, "bob", testing::PlayFromApi(3, "bob"));
  feed.Add(plays, "ann", "no event");  // it came over nothing that is known
  feed.Add(plays, "ann", model::ForgottenLine("ann", model::ForgottenPart::kFromApi));
  feed.Add(plays, "ann", again);
  for (const std::size_t batch : {1U, 2U, 3U, 100U}) {
    SetSink own;
    ScriptedFeed next;
    next.messages = feed.messages;
    Lander lander(next, own, letters);
    lander.limits.messages_max = batch;
    EXPECT_EQ(Run(lander).rejected, 1U);
    EXPECT_EQ(own.lines, (std::set<std::string>{exported, testing::PlayFromApi(3, "bob"), again})) << batch;
    EXPECT_EQ(own.forgotten,
              (std::set<ports::ForgottenEvents>{{"ann", EventType::kPlay, model::ForgottenPart::kFromApi}}));
  }
}

TEST_F(LanderTest, BothMarksOfOneListenerInABatchReachAsFarAsTheyStand) {
  feed.Add(plays, "ann", testing::PlayLine(1, "ann"));
  feed.Add(plays, "ann", model::ForgottenLine("ann"));
  feed.Add(plays, "ann", testing::PlayLine(2, "ann"));
  feed.Add(plays, "ann", testing::PlayFromApi(3, "ann"));
  feed.Add(plays, "ann", model::ForgottenLine("ann", model::ForgottenPart::kFromApi));
  feed.Add(plays, "ann", R"({"forgotten":"ann","sources":"what a later version may say"})");
  Lander lander(feed, sink, letters);
  EXPECT_EQ(Run(lander).rejected, 1U) << "a mark that is not understood is told of";
  EXPECT_EQ(sink.lines, std::set<std::string>{testing::PlayLine(2, "ann")});
}

TEST_F(LanderTest, ForgettingReachesOneTypeOfOneShareAndWhoIsNamed) {
  const FeedShare gaps{EventType::kGap, 3}, features{EventType::kAudioFeatures, 0};
  feed.Add(gaps, "ann", testing::LineOf(EventType::kGap, 1, "ann"));
  feed.Add(features, "id", testing::LineOf(EventType::kAudioFeatures, 1, "ann"));
  feed.Add(plays, "ann", testing::PlayLine(1, "ann"));
  feed.Add(plays, "ann", model::ForgottenLine("ann"));
  feed.Add(features, "forgotten ann", model::ForgottenLine("ann"));
  feed.Add(plays, "bob", model::ForgottenLine("ann"));  // not ann's to say: poison
  Lander lander(feed, sink, letters);
  const LandReport report = Run(lander);
  EXPECT_EQ(report.passed_by, 3U) << "the play and two marks";
  EXPECT_EQ(report.rejected, 1U);
  EXPECT_TRUE(sink.lines.contains(testing::LineOf(EventType::kGap, 1, "ann")));
  EXPECT_EQ(sink.forgotten, (std::set<ports::ForgottenEvents>{{"ann", EventType::kPlay},
                                                              {"ann", EventType::kAudioFeatures}}));
}

TEST_F(LanderTest, WhereTheSinkCannotEraseNothingIsCommitted) {
  feed.Add(plays, "ann", testing::PlayLine(1, "ann"));
  feed.Add(plays, "ann", model::ForgottenLine("ann"));
  Lander lander(feed, sink, letters);
  lander.limits.messages_max = 1;
  ASSERT_TRUE(lander.Step());
  sink.faults = 1;
  const std::size_t committed = feed.committed;
  EXPECT_FALSE(lander.Step());
  EXPECT_EQ(feed.committed, committed);
  ASSERT_TRUE(lander.Step());
  EXPECT_TRUE(sink.lines.empty());
}

}  // namespace
}  // namespace earprint::log
