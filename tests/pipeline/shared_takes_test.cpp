// A data folder whose sources write to a shared log: what is learned waits for nothing that is done here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "tests/support/checked_batch.hpp"
#include "tests/support/memory_log.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/told_events.hpp"

namespace earprint::testing {
namespace {

TEST(SharedTakes, WaitForNoImportAndGoToTheirOwnAccount) {
  const TempFolder folder;
  const std::string file = folder / "plays.csv";
  std::ofstream(file) << "spotify_track_uri,ts,platform,ms_played,track_name,artist_name,album_name\n"
                      << "7lEptt4wbM0yJTvSG5EBof,2019-05-01 10:11:30,ios,200000,One,Nobody,None\n";
  MemoryLog imported, taken;
  const auto pipeline = OpenAt(folder / "store");
  pipeline->WriteTo(&imported, &taken);
  const auto take = [&] { return pipeline->Take(BatchOf({PlayFromApi(1, "ann")}), "recent plays", "ann"); };
  ports::ImportObserver observer;
  std::uint64_t files = 0;
  observer.on_file = [&](const ports::FileReport&) {
    ++files;
    const auto told = std::async(std::launch::async, take).get();  // for ever, if it waited for the import
    ASSERT_TRUE(told) << told.error().Text();
    EXPECT_EQ(told->accepted, 1U);
  };
  const auto summary = pipeline->Import({.paths = {file}, .listener = "ann"}, observer);
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(files, 1U);
  EXPECT_EQ(summary->total.accepted, 1U);
  EXPECT_THAT(taken.Lines(model::EventType::kPlay), ::testing::HasSubstr("\"source\":\"recent\""));
  EXPECT_THAT(imported.Lines(model::EventType::kPlay),
              ::testing::AllOf(::testing::HasSubstr("One"), ::testing::Not(::testing::HasSubstr("recent"))));
  EXPECT_EQ(CountPlays(*pipeline, "true"), 0) << "it comes back from the shared log, and only from there";

  pipeline->WriteTo(nullptr, nullptr);
  ASSERT_TRUE(take());
  EXPECT_EQ(CountPlays(*pipeline, "true"), 1);
  // What is here already is not told to the shared log again.
  pipeline->WriteTo(&imported, &taken);
  const auto again = take();
  ASSERT_TRUE(again) << again.error().Text();
  EXPECT_EQ(again->duplicate, 1U);
}

}  // namespace
}  // namespace earprint::testing
