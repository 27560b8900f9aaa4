#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "model/event_line.hpp"
#include "ports/event_log.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {

/// A log to write to, and a second pair of eyes that reads what is on it.
class WrittenLog {
 public:
  virtual ~WrittenLog() = default;
  virtual ports::EventWriter& writer() = 0;
  /// The lines of a type that are on the log, as somebody reads them who comes new.
  virtual std::vector<std::string> LinesOf(model::EventType type) = 0;
};

/// What the comments of ports::EventWriter promise, sentence by sentence; a log names itself with
/// INSTANTIATE_TEST_SUITE_P.
class EventWriterContract : public ::testing::TestWithParam<std::unique_ptr<WrittenLog> (*)()> {
 protected:
  void Append(model::EventType type, const std::vector<std::string>& lines) {
    std::string frame;
    for (const std::string& line : lines) frame += line + '\n';
    const auto appended = log->writer().Append(type, log->writer().Pack(frame));
    ASSERT_TRUE(appended) << appended.error().Text();
  }
  void Sync() {
    const auto synced = log->writer().Sync();
    ASSERT_TRUE(synced) << synced.error().Text();
  }
  /// Of some lines those of one listener.
  static std::vector<std::string> Of(const std::string& listener, const std::vector<std::string>& lines) {
    std::vector<std::string> found;
    std::string scratch;
    for (const std::string& line : lines) {
      const auto told = model::ReadEventLine(line);
      if (told && model::ListenerOf(*told, scratch) == listener) found.push_back(line);
    }
    return found;
  }

  std::unique_ptr<WrittenLog> log = GetParam()();
};

TEST_P(EventWriterContract, WhatAppendTookAndNoOtherIsOnTheLogWhenSyncHasReturned) {
  const std::vector<std::string> lines = {PlayLine(1), PlayLine(2), PlayLine(3)};
  Append(model::EventType::kPlay, lines);
  Sync();
  EXPECT_THAT(log->LinesOf(model::EventType::kPlay), ::testing::UnorderedElementsAreArray(lines));
}

TEST_P(EventWriterContract, ALineComesBackByteForByteWhateverIsInIt) {
  const std::vector<std::string> lines = {PlayLine(1, "Ann \"the ears\" \\ O'Neil"),
                                          PlayLine(2, "Ünïcödé 名前 🎧", "tab\there, nul\x01, \"quotes\""),
                                          PlayLine(3, "me", std::string(3 << 20, 'x'))};
  Append(model::EventType::kPlay, lines);
  Sync();
  EXPECT_THAT(log->LinesOf(model::EventType::kPlay), ::testing::UnorderedElementsAreArray(lines));
}

TEST_P(EventWriterContract, TakesEveryTypeAndKeepsThemApart) {
  for (const model::EventType type : model::kEventTypes) Append(type, {LineOf(type, 1), LineOf(type, 2)});
  Sync();
  for (const model::EventType type : model::kEventTypes) {
    EXPECT_THAT(log->LinesOf(type), ::testing::UnorderedElementsAre(LineOf(type, 1), LineOf(type, 2)))
        << model::TypeName(type);
  }
}

TEST_P(EventWriterContract, OneListenersEventsOfOneTypeKeepTheirOrder) {
  std::map<std::string, std::vector<std::string>> told;
  for (int portion = 0; portion < 20; ++portion) {
    std::vector<std::string> lines;
    for (int i = 0; i < 60; ++i) {
      const std::string listener = "listener " + std::to_string(i % 7);
      lines.push_back(PlayLine(100 * portion + i, listener));
      told[listener].push_back(lines.back());
    }
    Append(model::EventType::kPlay, lines);
  }
  Sync();
  const auto read = log->LinesOf(model::EventType::kPlay);
  EXPECT_EQ(read.size(), 1'200U);
  for (const auto& [listener, lines] : told) EXPECT_EQ(Of(listener, read), lines) << listener;
}

TEST_P(EventWriterContract, ToAppendAnEventAgainIsAllowed) {
  Append(model::EventType::kPlay, {PlayLine(1)});
  Sync();
  Append(model::EventType::kPlay, {PlayLine(1)});
  Sync();
  EXPECT_THAT(log->LinesOf(model::EventType::kPlay), ::testing::Each(PlayLine(1)));
}

TEST_P(EventWriterContract, NothingToAppendOrToSyncIsDone) {
  Sync();
  const auto appended = log->writer().Append(model::EventType::kPlay, log->writer().Pack(""));
  EXPECT_TRUE(appended) << appended.error().Text();
  Sync();
  EXPECT_THAT(log->LinesOf(model::EventType::kPlay), ::testing::IsEmpty());
}

TEST_P(EventWriterContract, PackMayBeCalledByManyThreadsAndHasNoEffectOnTheLog) {
  std::vector<std::future<std::string>> frames;
  for (int i = 0; i < 8; ++i) {
    frames.push_back(std::async(std::launch::async, [this, i] {
      std::string lines;
      for (int k = 0; k < 200; ++k) lines += PlayLine(1'000 * i + k) + '\n';
      return log->writer().Pack(lines);
    }));
  }
  std::vector<std::string> packed;
  for (auto& frame : frames) packed.push_back(frame.get());
  EXPECT_THAT(log->LinesOf(model::EventType::kPlay), ::testing::IsEmpty());
  for (const std::string& frame : packed) ASSERT_TRUE(log->writer().Append(model::EventType::kPlay, frame));
  Sync();
  EXPECT_EQ(log->LinesOf(model::EventType::kPlay).size(), 1'600U);
}

}  // namespace earprint::testing
