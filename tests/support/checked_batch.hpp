#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "log/event_check.hpp"
#include "model/event_batch.hpp"

namespace earprint::testing {

/// Lines as a lander gives them to a sink, which has checked each.
inline model::EventBatch BatchOf(const std::vector<std::string>& lines) {
  model::EventBatch batch;
  log::EventCheck check;
  for (const std::string& line : lines) {
    for (const model::EventType type : model::kEventTypes) {
      auto event = check.Check(type, line);
      if (!event) continue;
      event->begin = static_cast<std::uint32_t>(batch.lines.size());
      batch.lines += line + '\n';
      batch.events.push_back(*event);
    }
  }
  batch.read = batch.events.size();
  EXPECT_EQ(batch.read, lines.size()) << "a lander would not let all of them through";
  return batch;
}

}  // namespace earprint::testing
