// The lake alone gives the same bytes back: every silver table and every metric, under the usual conditions.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/asker.hpp"
#include "base/hash.hpp"
#include "metrics/answer_writer.hpp"
#include "tests/support/odd_household.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

constexpr std::string_view kListeners[] = {"ann", "Bob 'B' Ö"};

/// A hash over what everybody can ask; the version of the data is part of it.
std::string MetricsHash(Pipeline& pipeline) {
  auto asker = Asker::Make(pipeline, "Europe/Paris");
  EXPECT_TRUE(asker) << asker.error().Text();
  std::string all;
  for (const metrics::Metric& metric : (*asker)->catalogue().all()) {
    for (const std::string_view listener : kListeners) {
      for (const std::vector<model::ConditionPair>& conditions :
           {std::vector<model::ConditionPair>{}, {{"by", "recording"}, {"min-ms", "0"}, {"weight", "ms"}}}) {
        auto answer = (*asker)->Ask(metric.name, std::string(listener), conditions);
        EXPECT_TRUE(answer) << metric.name << ": " << answer.error().Text();
        if (answer) all += metrics::AnswerJson(**answer);
      }
    }
  }
  EXPECT_GT(all.size(), 100'000);
  std::string hash;
  base::AppendHex(base::HashBytes(all).high, 16, hash);
  base::AppendHex(base::HashBytes(all).low, 16, hash);
  return hash;
}

std::string Everything(Pipeline& pipeline) {
  return testing::SilverFingerprint(pipeline) + "metrics " + MetricsHash(pipeline);
}

void Take(Pipeline& pipeline, model::EventBatch batch) {
  batch.read = batch.events.size();
  auto taken = pipeline.Take(std::move(batch), "test", "ann");
  ASSERT_TRUE(taken) << taken.error().Text();
}

// Live plays, lists that change, catalogues that disagree, and exports that come later and tell live plays.
TEST(Rebuild, GivesTheSameBytesFromTheLakeAlone) {
  const testing::TempFolder folder;
  std::string before;
  {
    auto pipeline = testing::OpenAt(folder / "s");
    testing::OddHousehold household;
    Take(*pipeline, household.First());
    Take(*pipeline, household.Later());
    before = Everything(*pipeline);
    ASSERT_TRUE(pipeline->Rebuild());
    EXPECT_EQ(Everything(*pipeline), before);
  }
  for (const std::string name : {"warehouse.duckdb", "warehouse.duckdb.wal"}) {
    std::filesystem::remove(folder / ("s/" + name));
  }
  auto opened = testing::OpenAt(folder / "s");
  EXPECT_EQ(Everything(*opened), before);
}

}  // namespace
}  // namespace earprint::app
