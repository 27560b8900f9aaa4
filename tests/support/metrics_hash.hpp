#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "base/hash.hpp"
#include "metrics/answer_writer.hpp"

namespace earprint::testing {

/// A hash over what these listeners can ask: every metric under two sets of conditions, without the version
/// of the data, which tells in what order it came.
inline std::string MetricsHash(app::Pipeline& pipeline, std::span<const std::string> listeners) {
  auto asker = app::Asker::Make(pipeline, "Europe/Paris");
  EXPECT_TRUE(asker) << asker.error().Text();
  std::string all;
  for (const metrics::Metric& metric : (*asker)->catalogue().all()) {
    for (const std::string& listener : listeners) {
      for (const std::vector<model::ConditionPair>& conditions :
           {std::vector<model::ConditionPair>{}, {{"by", "recording"}, {"min-ms", "0"}, {"weight", "ms"}}}) {
        auto answer = (*asker)->Ask(metric.name, listener, conditions);
        EXPECT_TRUE(answer) << metric.name << ": " << answer.error().Text();
        if (!answer) continue;
        model::Answer told = **answer;
        told.data_version.clear();
        all += metrics::AnswerJson(told);
      }
    }
  }
  EXPECT_GT(all.size(), 100'000U);
  std::string hash;
  base::AppendHex(base::HashBytes(all).high, 16, hash);
  base::AppendHex(base::HashBytes(all).low, 16, hash);
  return hash;
}

}  // namespace earprint::testing
