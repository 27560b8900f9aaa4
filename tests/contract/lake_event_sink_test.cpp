// The lake of a data folder as a place where a shared log's events come to rest.
#include "adapters/file/segment_event_log.hpp"
#include "app/streams/shared_log_desk.hpp"
#include "base/text.hpp"
#include "tests/contract/event_sink_contract.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::testing {
namespace {

class LakePlace final : public EventPlace {
 public:
  std::unique_ptr<ports::EventSink> Sink(const std::string& origin) override {
    return std::make_unique<app::LakeSink>(*pipeline_, origin, folder_.path());
  }
  void Reopen() override {
    pipeline_.reset();
    pipeline_ = OpenAt(store_);
  }
  std::vector<std::string> Lines() override {
    pipeline_.reset();
    std::vector<std::string> lines;
    const StoppedClock clock;
    auto log = adapters::SegmentEventLog::Open(store_ + "/lake", clock);
    EXPECT_TRUE(log) << log.error().Text();
    for (const model::EventType type : model::kEventTypes) {
      auto read = (*log)->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
        auto told = (*log)->Unpack(frame);
        if (!told) return std::unexpected(told.error());
        for (const std::string_view line : base::Split(*told, '\n')) {
          if (!line.empty()) lines.emplace_back(line);
        }
        return true;
      });
      EXPECT_TRUE(read) << read.error().Text();
    }
    log->reset();
    pipeline_ = OpenAt(store_);
    return lines;
  }

 private:
  TempFolder folder_;
  const std::string store_ = folder_ / "store";
  std::unique_ptr<app::Pipeline> pipeline_ = OpenAt(store_);
};

std::unique_ptr<EventPlace> MakeLake() { return std::make_unique<LakePlace>(); }

using model::EventType;

// An upgrade, a rebuild and an erasure derive the warehouse anew; what was read is on the lake's log all the
// same.
TEST(LakeEventSink, PlacesOutliveTheWarehouseAndKnowWhereSharesBegan) {
  const TempFolder folder;
  const auto pipeline = OpenAt(folder / "store");
  app::LakeSink sink(*pipeline, "log", "name");
  const ports::FeedShare plays{EventType::kPlay, 0}, later{EventType::kPlay, 1}, never{EventType::kGap, 0};
  sink.NoteBeginnings({{plays, 3}, {later, 7}, {never, 0}});
  EXPECT_TRUE(sink.Places()->next.empty()) << "nothing is stored for itself";
  ASSERT_TRUE(sink.Keep(BatchOf({PlayLine(1, "ann"), PlayLine(2, "bob")}), {{plays, 5}}));
  const ports::FeedPlaces places = {{plays, 5}, {later, 7}, {never, 0}};
  EXPECT_EQ(sink.Places()->next, places);
  ASSERT_TRUE(sink.Forget({{"ann", EventType::kPlay}}));
  EXPECT_EQ(sink.Places()->next, places);
  ASSERT_TRUE(pipeline->Rebuild());
  EXPECT_EQ(sink.Places()->next, places);
  EXPECT_EQ(CountPlays(*pipeline, "true"), 1);
}

INSTANTIATE_TEST_SUITE_P(Lake, EventSinkContract, ::testing::Values(&MakeLake));

}  // namespace
}  // namespace earprint::testing
