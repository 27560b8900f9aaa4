// The lake alone gives the same bytes back: every silver table and every metric, under the usual conditions.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/metrics_hash.hpp"
#include "tests/support/odd_household.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

const std::string kListeners[] = {"ann", "Bob 'B' Ö"};

std::string Everything(Pipeline& pipeline) {
  return testing::SilverFingerprint(pipeline) + "metrics " + testing::MetricsHash(pipeline, kListeners) +
         " of " + pipeline.DataVersion();
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
