// What the engine keeps in memory is given back while nobody asks, and nobody who asks meanwhile sees it.
#include "app/serving/memory_keeper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "metrics/answer_writer.hpp"
#include "sources/demo/demo_listener.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using std::chrono::milliseconds;

class MemoryKeeper : public ::testing::Test {
 protected:
  void SetUp() override {
    sources::DemoOptions options;
    options.plays = 500;
    ASSERT_TRUE(sources::WriteDemo(folder_ / "files", options));
    pipeline_ = testing::OpenAt(folder_ / "s");
    ASSERT_TRUE(pipeline_->Import({.paths = {folder_ / "files"}, .listener = "me"}, {}));
    asker_ = std::move(*Asker::Make(*pipeline_, "Europe/Paris"));
  }

  /// Each limit is another question, so that none is answered by what is kept.
  std::string TopTracks(int limit) {
    const std::vector<model::ConditionPair> pairs = {{"limit", std::to_string(limit)}};
    auto answer = asker_->Ask("top_tracks", "me", pairs);
    EXPECT_TRUE(answer) << answer.error().Text();
    return answer ? metrics::AnswerCsv(**answer) : "";
  }

  testing::TempFolder folder_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Asker> asker_;
};

TEST_F(MemoryKeeper, WhoAsksWhileMemoryIsGivenBackIsAnsweredAsBefore) {
  const std::string all = TopTracks(200);
  const std::jthread keeper =
      KeepMemorySmall(asker_->answerer(), [this] { pipeline_->ReleaseMemory(); }, milliseconds(1));
  for (int limit = 1; limit <= 60; ++limit) {
    const std::string top = TopTracks(limit);
    EXPECT_TRUE(all.starts_with(top)) << top;
    EXPECT_EQ(std::ranges::count(top, '\n'), limit + 1);
    if (limit % 10 == 0) std::this_thread::sleep_for(milliseconds(5));
  }
}

TEST_F(MemoryKeeper, KeptAnswersStayWhenMemoryIsGivenBack) {
  TopTracks(7);
  const std::uint64_t worked = asker_->answerer().worked();
  EXPECT_GT(worked, 0U);
  asker_->answerer().ReleaseMemory();
  pipeline_->ReleaseMemory();
  TopTracks(7);
  EXPECT_EQ(asker_->answerer().worked(), worked);
  TopTracks(8);
  EXPECT_EQ(asker_->answerer().worked(), worked + 1);
}

}  // namespace
}  // namespace earprint::app
