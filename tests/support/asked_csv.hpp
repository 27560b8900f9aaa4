#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/asker.hpp"
#include "metrics/answer_writer.hpp"
#include "model/conditions.hpp"

namespace earprint::testing {

/// A metric of the listener "me" in UTC as CSV, without the head, lines ended by '\n'.
inline std::string AskedCsv(app::Pipeline& pipeline, const std::string& metric,
                            const std::vector<model::ConditionPair>& conditions = {}) {
  auto asker = app::Asker::Make(pipeline, "UTC");
  EXPECT_TRUE(asker);
  auto answer = (*asker)->Ask(metric, "me", conditions);
  EXPECT_TRUE(answer) << answer.error().Text();
  std::string told = answer ? metrics::AnswerCsv(**answer) : "";
  std::erase(told, '\r');
  return told.substr(told.find('\n') + 1);
}

}  // namespace earprint::testing
