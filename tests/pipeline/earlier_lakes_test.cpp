// What an earlier version left behind: its lake gives the figures that it gave, whatever its warehouse was
// like, and its exports are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "adapters/file/segment_event_log.hpp"
#include "app/audit/audit_desk.hpp"
#include "model/event_line.hpp"
#include "tests/support/asked_csv.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::app {
namespace {

using earprint::testing::AskedCsv;
using earprint::testing::OpenAt;
using earprint::testing::StoppedClock;
using earprint::testing::TempFolder;

const std::filesystem::path kLakes = "tests/earlier_lakes";

struct Earlier {
  std::string version, overview, ledger;
};

void PrintTo(const Earlier& earlier, std::ostream* out) { *out << earlier.version; }

class EarlierLakes : public ::testing::TestWithParam<Earlier> {
 protected:
  EarlierLakes() {
    std::filesystem::create_directories(store_);
    auto log = adapters::SegmentEventLog::Open(store_ + "/lake", clock_);
    EXPECT_TRUE(log);
    std::ifstream file(kLakes / (GetParam().version + ".jsonl"));
    EXPECT_TRUE(file) << "run from the repository's root";
    std::map<std::string, std::string> lines;
    for (std::string line; std::getline(file, line);) {
      const auto told = model::ReadEventLine(line);
      EXPECT_TRUE(told) << line;
      if (told) lines[std::string(told->type)] += line + "\n";
    }
    for (const model::EventType type : model::kEventTypes) {
      const auto found = lines.find(std::string(model::TypeName(type)));
      if (found == lines.end()) continue;
      EXPECT_TRUE((*log)->Append(type, (*log)->Pack(found->second)));
    }
    // A warehouse of other models, which know nothing of today's tables.
    auto engine = adapters::DuckDbEngine::Open({.path = store_ + "/warehouse.duckdb"});
    EXPECT_TRUE(engine);
    EXPECT_TRUE(
        (*(*engine)->Connect())
            ->Query("create table warehouse_state(key varchar, value varchar);"
                    "insert into warehouse_state values ('fingerprint', '0123456789abcdef'), "
                    "('data_version', 'old'), ('offset.play', '17'); create table silver_play(a integer)"));
  }

  TempFolder folder_;
  const std::string store_ = folder_ / "store";
  StoppedClock clock_;
};

TEST_P(EarlierLakes, GiveTheFiguresThatTheyGave) {
  const auto pipeline = OpenAt(store_);
  ASSERT_TRUE(pipeline);
  EXPECT_EQ(AskedCsv(*pipeline, "overview", {{"min-ms", "0"}}), GetParam().overview);
  EXPECT_EQ(AskedCsv(*pipeline, "ledger"), GetParam().ledger);
}

TEST_P(EarlierLakes, KnowTheExportsThatTheyWereMadeOf) {
  const auto pipeline = OpenAt(store_);
  ASSERT_TRUE(pipeline);
  const std::string before = AskedCsv(*pipeline, "overview", {{"min-ms", "0"}});
  const auto summary = pipeline->Import({.paths = {(kLakes / "Streaming_History_Audio_2024.json").string(),
                                                   (kLakes / "StreamingHistory_music_0.json").string()}},
                                        {});
  ASSERT_TRUE(summary) << summary.error().Text();
  EXPECT_EQ(summary->total.read, 17U);
  EXPECT_EQ(summary->total.accepted, 0U);
  EXPECT_EQ(summary->total.duplicate, 17U);
  EXPECT_EQ(AskedCsv(*pipeline, "overview", {{"min-ms", "0"}}), before);
}

TEST_P(EarlierLakes, AreAuditedAndRebuiltLikeTodays) {
  const auto pipeline = OpenAt(store_);
  ASSERT_TRUE(pipeline);
  const std::string silver = testing::SilverFingerprint(*pipeline);
  auto asker = Asker::Make(*pipeline, "UTC");
  ASSERT_TRUE(asker);
  AuditDesk desk({store_}, *pipeline, **asker, clock_, "UTC");
  const auto report = desk.Run({.samples = 6});
  ASSERT_TRUE(report) << report.error().Text();
  EXPECT_EQ(report->differing, 0U) << audit::ReportTable(*report);
  EXPECT_GT(report->figures, 1'000U);
  asker->reset();
  ASSERT_TRUE(pipeline->Rebuild());
  EXPECT_EQ(testing::SilverFingerprint(*pipeline), silver);
}

constexpr const char* kExtended =
    "extended,,accepted,9\nextended,,below the threshold,3\nextended,,podcast,1\n";

INSTANTIATE_TEST_SUITE_P(
    Versions, EarlierLakes,
    ::testing::Values(
        Earlier{"20261123", "13,13,1419500,4,3,3,2024-03-04T18:00:00Z,2024-03-09T07:15:00Z,2\n",
                std::string("account,,accepted,1\naccount,,merged,3\n") + kExtended},
        Earlier{"20261124", "15,15,1813500,4,3,3,2024-03-04T18:00:00Z,2024-03-20T11:00:00Z,3\n",
                std::string("account,,accepted,1\naccount,,merged,3\n") + kExtended +
                    "player,,accepted,1\nrecent,,accepted,1\nrecent,,merged,1\n"},
        Earlier{"20261128", "15,15,1813500,5,3,3,2024-03-04T18:05:07Z,2024-03-20T11:00:00Z,4\n",
                "ListenBrainz history,3.jsonl,accepted,1\n"
                "account data history,StreamingHistory_music_0.json,accepted,1\n"
                "account data history,StreamingHistory_music_0.json,merged,3\n"
                "catalogue cat,cat.csv,accepted,2\n"
                "extended streaming history,Streaming_History_Audio_2024.json,accepted,8\n"
                "extended streaming history,Streaming_History_Audio_2024.json,below the threshold,3\n"
                "extended streaming history,Streaming_History_Audio_2024.json,excluded by an edit,1\n"
                "extended streaming history,Streaming_History_Audio_2024.json,podcast,1\n"
                "player,,accepted,1\nplaylists,Playlist1.json,accepted,1\n"
                "recent,,accepted,1\nrecent,,merged,1\n"}),
    [](const auto& each) { return each.param.version; });

}  // namespace
}  // namespace earprint::app
