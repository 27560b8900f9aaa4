#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "log/lander.hpp"
#include "model/event_line.hpp"
#include "tests/support/memory_log.hpp"

namespace earprint::log {

/// Batches from memory; what was not committed comes again after Restart.
class ScriptedFeed final : public ports::EventFeed {
 public:
  void Add(ports::FeedShare share, const std::string& key, const std::string& message) {
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
    batch.behind = messages.size() - at + never_come;
    batch.at_end = at == messages.size();
    return batch;
  }
  base::Result<void> Commit(const ports::FeedPlaces& places) override {
    if (commit_fault) return std::unexpected(*commit_fault);
    for (const auto& [share, next] : places) committed = std::max(committed, static_cast<std::size_t>(next));
    return {};
  }
  std::string NameOf(const ports::FeedShare& share) const override {
    return "earprint." + std::string(model::TypeName(share.type)) + "/" + std::to_string(share.number);
  }
  ports::FeedFigures Figures() const override { return {}; }
  void Restart() { at = committed; }

  struct Message {
    ports::FeedShare share;
    std::string key, text;
  };
  std::vector<Message> messages;
  std::size_t at = 0, committed = 0;
  std::size_t never_come = 0;  ///< offsets at the end that hold nothing
  std::optional<base::Error> commit_fault;
  std::function<void(const ports::FeedLimits&)> on_read;
};

/// Lines in memory, each once.
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
  base::Result<void> BeginAnew(const std::set<ports::FeedShare>& shares) override {
    for (const ports::FeedShare& share : shares) places.erase(share);
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
  const ports::FeedShare plays{model::EventType::kPlay, 3};
};

}  // namespace earprint::log
