// A long history comes in portions, a transaction each: the same warehouse as in one, and sound in between.
#include <gtest/gtest.h>

#include "tests/support/audited_store.hpp"
#include "tests/support/odd_household.hpp"
#include "tests/support/odd_witnesses.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint {
namespace {

/// A warehouse beside a lake that takes in so many plays at once.
struct Portioned {
  Portioned(const testing::OwnLake& lake, const std::string& name, std::size_t plays_at_once)
      : engine(std::move(*adapters::DuckDbEngine::Open(
            {.path = lake.Folder(name + ".duckdb"), .readable_folder = lake.path()}))),
        graph(std::move(*warehouse::LoadModelGraph(base::sql_files(), "duckdb"))),
        builder(*engine, lake.log(), graph, testing::SqlWithFault().prelude(),
                lake.Folder(name + "-scratch")) {
    builder.plays_at_once = plays_at_once;
    builder.on_step = [this](const std::string&, std::size_t done, std::size_t) {
      loads += done == 0 ? 1 : 0;
    };
    EXPECT_TRUE(builder.Open());
    auto built = builder.CatchUp({{"came", "so far"}});
    EXPECT_TRUE(built) << built.error().Text();
    if (built) version = built->data_version;
  }

  std::unique_ptr<adapters::DuckDbEngine> engine;
  warehouse::ModelGraph graph;
  warehouse::WarehouseBuilder builder;
  int loads = 0;
  std::string version;
};

/// Puts a batch on the lake in many frames.
void AddInFrames(const model::EventBatch& batch, testing::OwnLake& lake) {
  constexpr std::size_t kEventsOfFrame = 5;
  for (std::size_t at = 0; at < batch.events.size(); at += kEventsOfFrame) {
    model::EventBatch part;
    part.lines = batch.lines;
    for (std::size_t i = at; i < std::min(at + kEventsOfFrame, batch.events.size()); ++i)
      part.events.push_back(batch.events[i]);
    lake.Add(part);
  }
}

TEST(WarehousePortions, GiveTheWarehouseOfOneLoad) {
  testing::OwnLake lake;
  testing::OddHousehold household;
  AddInFrames(household.First(), lake);
  AddInFrames(testing::OddWitnesses::First(), lake);
  AddInFrames(household.Later(), lake);
  AddInFrames(testing::OddWitnesses::Later(), lake);
  AddInFrames(testing::OddWitnesses::Edits(), lake);
  Portioned whole(lake, "whole", warehouse::WarehouseBuilder::kPlaysAtOnce);
  Portioned parts(lake, "parts", 1);  // as many frames as there are cores
  EXPECT_EQ(whole.loads, 1);
  EXPECT_GT(parts.loads, 1);
  EXPECT_EQ(parts.version, whole.version);
  EXPECT_EQ(testing::SilverFingerprint(*parts.engine), testing::SilverFingerprint(*whole.engine));
  EXPECT_EQ(*parts.builder.StoredMarks(), *whole.builder.StoredMarks());
  const auto nothing_new = parts.builder.CatchUp();
  ASSERT_TRUE(nothing_new);
  EXPECT_FALSE(nothing_new->changed);
}

}  // namespace
}  // namespace earprint
