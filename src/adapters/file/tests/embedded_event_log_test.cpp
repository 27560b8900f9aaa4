// The embedded log against the contract that it shares with Kafka. What it promises beyond that is tested
// beside it.
#include "adapters/file/segment_event_log.hpp"
#include "base/text.hpp"
#include "tests/contract/event_writer_contract.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::testing {
namespace {

class EmbeddedLog final : public WrittenLog {
 public:
  EmbeddedLog() : log_(Opened()) {}
  ports::EventWriter& writer() override { return *log_; }
  std::vector<std::string> LinesOf(model::EventType type) override {
    std::vector<std::string> lines;
    const auto log = Opened();
    const auto read = log->ReadFrames(type, 0, [&](std::string_view frame) -> base::Result<bool> {
      auto text = log->Unpack(frame);
      if (!text) return std::unexpected(text.error());
      for (const std::string_view line : base::Split(*text, '\n')) {
        if (!line.empty()) lines.emplace_back(line);
      }
      return true;
    });
    EXPECT_TRUE(read) << read.error().Text();
    return lines;
  }

 private:
  std::unique_ptr<adapters::SegmentEventLog> Opened() {
    auto log = adapters::SegmentEventLog::Open(folder_ / "lake", clock_);
    EXPECT_TRUE(log) << log.error().Text();
    return std::move(*log);
  }

  TempFolder folder_;
  StoppedClock clock_;
  std::unique_ptr<adapters::SegmentEventLog> log_;
};

std::unique_ptr<WrittenLog> MakeEmbedded() { return std::make_unique<EmbeddedLog>(); }

INSTANTIATE_TEST_SUITE_P(Embedded, EventWriterContract, ::testing::Values(&MakeEmbedded));

}  // namespace
}  // namespace earprint::testing
