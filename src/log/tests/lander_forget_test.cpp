// What is told of listeners who were forgotten, and what the lander does about it.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "log/lander.hpp"
#include "tests/support/lander_parts.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::log {
namespace {

using model::EventType;
using ports::FeedShare;

using LanderForgets = LanderTest;

TEST_F(LanderForgets, WhatAListenerToldBeforeItWasForgottenIsErasedAndWhatComesAfterCounts) {
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

TEST_F(LanderForgets, AMarkOfWhatCameOverTheApiLeavesWhatFilesTold) {
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

TEST_F(LanderForgets, BothMarksOfOneListenerInABatchReachAsFarAsTheyStand) {
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

TEST_F(LanderForgets, ForgettingReachesOneTypeOfOneShareAndWhoIsNamed) {
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

TEST_F(LanderForgets, WhereTheSinkCannotEraseNothingIsCommitted) {
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
