#include "log/lander.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <string>

#include "tests/support/lander_parts.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::log {
namespace {

using model::EventType;
using ports::FeedShare;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

/// Tells apart what is stowed and what is kept.
class StowingSink final : public SetSink {
 public:
  base::Result<ports::TakenReport> Stow(model::EventBatch batch, const ports::FeedPlaces& next) override {
    calls += 's';
    return SetSink::Keep(std::move(batch), next);
  }
  base::Result<ports::TakenReport> Keep(model::EventBatch batch, const ports::FeedPlaces& next) override {
    auto taken = SetSink::Keep(std::move(batch), next);
    calls += taken ? 'k' : 'f';
    return taken;
  }
  std::string calls;
};

TEST_F(LanderTest, StowsWhileMoreFollowAndKeepsNowAndThenAndAtTheEnd) {
  for (const bool reads_ahead : {false, true}) {
    StowingSink stowing;
    ScriptedFeed own;
    for (int number = 1; number <= 15; ++number) own.Add(plays, "me", testing::PlayLine(number));
    Lander lander(own, stowing, letters);
    lander.limits.messages_max = 2;
    lander.stowed_max = 6;
    lander.reads_ahead = reads_ahead;
    EXPECT_EQ(Run(lander).accepted, 15U);
    EXPECT_EQ(stowing.calls, "sskssksk");
    EXPECT_EQ(own.committed, 15U);
  }
}

TEST_F(LanderTest, KeepsAtTheEndThoughOffsetsBehindItHoldNothing) {
  StowingSink stowing;
  feed.never_come = 2;
  for (int number = 1; number <= 3; ++number) feed.Add(plays, "me", testing::PlayLine(number));
  Lander lander(feed, stowing, letters);
  lander.limits.messages_max = 2;
  EXPECT_EQ(Run(lander).accepted, 3U);
  EXPECT_EQ(stowing.calls, "sk");
}

TEST_F(LanderTest, StowsForAWhileAndNoLonger) {
  StowingSink stowing;
  for (int number = 1; number <= 9; ++number) feed.Add(plays, "me", testing::PlayLine(number));
  Lander lander(feed, stowing, letters);
  lander.limits.messages_max = 2;
  lander.stowed_for_max = std::chrono::milliseconds(0);
  EXPECT_EQ(Run(lander).accepted, 9U);
  EXPECT_EQ(stowing.calls, "skskk");
}

TEST_F(LanderTest, KeepsThePlacesOfWhatItPassedByToo) {
  StowingSink stowing;
  for (int number = 1; number <= 4; ++number) feed.Add(plays, "ann", testing::PlayLine(number, "ann"));
  Lander lander(feed, stowing, letters, "me");
  lander.limits.messages_max = 2;
  ASSERT_TRUE(lander.Step());
  lander.limits.messages_max = 0;
  ASSERT_TRUE(lander.Step());
  EXPECT_EQ(stowing.calls, "sk");
  EXPECT_EQ(lander.Report().passed_by, 2U);
}

TEST_F(LanderTest, WhatIsStowedIsKeptWhereNothingComesThough) {
  StowingSink stowing;
  for (int number = 1; number <= 4; ++number) feed.Add(plays, "me", testing::PlayLine(number));
  Lander lander(feed, stowing, letters);
  lander.limits.messages_max = 2;
  ASSERT_TRUE(lander.Step());
  EXPECT_EQ(stowing.calls, "s");
  lander.limits.messages_max = 0;  // the log is away
  stowing.faults = 1;
  EXPECT_FALSE(lander.Step());
  ASSERT_TRUE(lander.Step());
  ASSERT_TRUE(lander.Step());
  EXPECT_EQ(stowing.calls, "sfk") << "once";
  EXPECT_EQ(feed.committed, 2U);
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

}  // namespace
}  // namespace earprint::log
