#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "app/asker.hpp"
#include "app/pipeline.hpp"
#include "metrics/answer_writer.hpp"
#include "sources/demo/demo_listener.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/program_run.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/told_listening.hpp"

namespace earprint::app {
namespace {

namespace fs = std::filesystem;
using earprint::testing::CountPlays;
using earprint::testing::ExpectPlaysInAnyOrder;
using earprint::testing::MustImport;
using earprint::testing::MustRun;
using earprint::testing::OpenAt;
using earprint::testing::ProgramRun;
using earprint::testing::SilverFingerprint;
using earprint::testing::StoppedClock;
using earprint::testing::TempFolder;

/// A demo export of some thousand plays, made once for all tests of this file.
struct DemoExport {
  TempFolder folder;
  sources::DemoTruth truth;
  DemoExport() {
    sources::DemoOptions options;
    options.plays = 4'000;
    auto written = sources::WriteDemo(folder.path(), options);
    if (!written) std::abort();
    truth = *written;
  }
  static const DemoExport& Get() {
    static const DemoExport made;
    return made;
  }
};

std::vector<std::string> FilesUnder(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

TEST(Import, TellsTheDemoListenersTruth) {
  TempFolder store;
  auto pipeline = OpenAt(store / "s");
  const auto summary = MustImport(*pipeline, {DemoExport::Get().folder.path()});
  const auto& truth = DemoExport::Get().truth;
  EXPECT_EQ(summary.total.read, summary.total.accepted + summary.total.duplicate + summary.total.rejected);
  EXPECT_EQ(CountPlays(*pipeline, "true"), static_cast<std::int64_t>(truth.plays_true));
  for (const auto& file : summary.files)
    EXPECT_TRUE(file.refused.empty()) << file.file << ": " << file.refused;
}

TEST(Import, TwiceChangesNothing) {
  TempFolder store;
  auto pipeline = OpenAt(store / "s");
  MustImport(*pipeline, {DemoExport::Get().folder.path()});
  const std::string before = SilverFingerprint(*pipeline);
  const std::string version = pipeline->DataVersion();
  const auto again = MustImport(*pipeline, {DemoExport::Get().folder.path()});
  EXPECT_EQ(again.total.accepted, 0U);
  EXPECT_EQ(again.total.retold, 0U);
  EXPECT_EQ(SilverFingerprint(*pipeline), before);
  EXPECT_EQ(pipeline->DataVersion(), version);
}

TEST(Import, GoesToTheOnlyListenerUnlessOneIsNamed) {
  TempFolder store;
  auto pipeline = OpenAt(store / "s");
  const std::string history = "sql/cases/given/history.csv", catalogue = "sql/cases/given/catalogue.csv";
  ASSERT_TRUE(pipeline->Import({.paths = {history}, .listener = "ann"}, {}));
  EXPECT_EQ(MustImport(*pipeline, {history}).total.duplicate, 9U) << "the only listener's, so told again";
  ASSERT_TRUE(pipeline->Import({.paths = {history}, .listener = "bob"}, {}));
  const auto third = MustImport(*pipeline, {history, catalogue});
  ASSERT_EQ(third.files.size(), 2U);
  EXPECT_NE(third.files[0].refused.find("--listener with one of: ann, bob"), std::string::npos);
  EXPECT_EQ(third.files[1].accepted, 3U) << "a catalogue is nobody's";
  for (const std::string name : {" ", "a\nb", "\xFF"}) {
    auto refused = pipeline->Import({.paths = {history}, .listener = name}, {});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, base::ErrorCode::kInvalidInput);
  }
  EXPECT_EQ(CountPlays(*pipeline, "listener = 'ann'"), 9);
  EXPECT_EQ(CountPlays(*pipeline, "listener = 'bob'"), 9);
}

TEST(Import, InAnyOrderAndPortionsGivesTheSameRows) {
  TempFolder first, second;
  auto at_once = OpenAt(first / "s");
  MustImport(*at_once, {DemoExport::Get().folder.path()});
  auto files = FilesUnder(DemoExport::Get().folder.path());
  std::mt19937 random(7);
  std::ranges::shuffle(files, random);
  auto one_by_one = OpenAt(second / "s");
  for (const std::string& file : files) MustImport(*one_by_one, {file});
  EXPECT_EQ(SilverFingerprint(*one_by_one), SilverFingerprint(*at_once));
}

TEST(Import, RebuildFromTheLakeGivesTheSameRows) {
  TempFolder store;
  auto pipeline = OpenAt(store / "s");
  auto files = FilesUnder(DemoExport::Get().folder.path());
  for (const std::string& file : files) MustImport(*pipeline, {file});
  const std::string before = SilverFingerprint(*pipeline);
  ASSERT_TRUE(pipeline->Rebuild());
  EXPECT_EQ(SilverFingerprint(*pipeline), before);
}

TEST(Import, ADamagedWarehouseIsDerivedAnew) {
  TempFolder store;
  std::string before;
  {
    auto pipeline = OpenAt(store / "s");
    MustImport(*pipeline, {DemoExport::Get().folder.path()});
    before = SilverFingerprint(*pipeline);
  }
  std::ofstream(store / "s/warehouse.duckdb", std::ios::binary | std::ios::trunc) << std::string(20'000, 'x');
  auto pipeline = OpenAt(store / "s");
  ASSERT_TRUE(pipeline);
  EXPECT_EQ(SilverFingerprint(*pipeline), before);
}

TEST(Import, WhatThreeSourcesTellCountsOnce) {
  // 400 plays of ten tracks, nearer together than the minutes of account data can tell.
  std::vector<earprint::testing::Listening> listenings;
  for (int i = 0; i < 400; ++i)
    listenings.push_back(
        {.ended_at_ms = 1'577'836'800'000 + i * 45'000, .played_ms = 30'000 + i, .track = i % 10});
  const TempFolder files;
  std::vector<std::string> sources;
  for (const auto& [source, rows] : earprint::testing::RowsOf(listenings))
    sources.push_back(earprint::testing::WriteFile(files.path(), source, 0, rows));
  ASSERT_EQ(sources.size(), 3U);
  ExpectPlaysInAnyOrder(sources, 400);
}

TEST(Import, TwoProcessesCannotWriteOneFolder) {
  TempFolder store;
  auto pipeline = OpenAt(store / "s");
  const StoppedClock clock;
  auto second = Pipeline::Open({store / "s"}, clock);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::kConflict);
}

TEST(Import, NothingOfThePersonIsStored) {
  TempFolder store, files;
  std::ofstream(files / "Streaming_History_Audio_2020_0.json")
      << R"([{"ts":"2020-01-01T10:00:00Z","username":"secretname","ip_addr_decrypted":"203.0.113.77","user_agent_decrypted":"SecretAgent",)"
      << R"("ms_played":40000,"master_metadata_track_name":"A","master_metadata_album_artist_name":"B","spotify_track_uri":"spotify:track:0000000000000000000001"},)"
      << R"({"ts":"never","username":"secretname","ip_addr":"203.0.113.77","ms_played":1},{"ip_addr":"203.0.113.77","username":"secretname","ms_played":)";
  auto pipeline = OpenAt(store / "s");
  const auto summary = MustImport(*pipeline, {files.path()});
  EXPECT_EQ(summary.total.accepted, 1U);
  EXPECT_EQ(summary.total.rejected, 2U);
  auto raw = (*pipeline->engine().Connect())
                 ->Query(
                     "select raw from raw_dead_letter union all select cast(p as varchar) from raw_play p "
                     "union all select cast(i as varchar) from raw_play_item i "
                     "union all select cast(c as varchar) from raw_play_context c");
  ASSERT_TRUE(raw);
  EXPECT_EQ(raw->rows.size(), 5U) << "two letters, a play, what was played and how";
  for (const auto& row : raw->rows) {
    const auto& text = std::get<std::string>(row[0]);
    EXPECT_EQ(text.find("203.0.113"), std::string::npos) << text;
    EXPECT_EQ(text.find("secretname"), std::string::npos) << text;
    EXPECT_EQ(text.find("SecretAgent"), std::string::npos) << text;
  }
}

TEST(Import, KilledAtAnyMomentAndRunAgainGivesTheSameRows) {
  TempFolder calm;
  const std::string& files = DemoExport::Get().folder.path();
  MustRun({"--data", calm / "s", "import", files});
  const std::string expected = SilverFingerprint(*OpenAt(calm / "s"));
  std::mt19937 random(11);
  for (int round = 0; round < 6; ++round) {
    TempFolder store;
    for (int kills = 0; kills < 3; ++kills) {
      const ProgramRun killed({"--data", store / "s", "import", files});
      ::usleep(std::uniform_int_distribution<useconds_t>(5'000, 1'500'000)(random));
    }
    MustRun({"--data", store / "s", "import", files});
    EXPECT_EQ(SilverFingerprint(*OpenAt(store / "s")), expected) << "round " << round;
  }
}

TEST(Import, WhatIsTooLargeForMemorySpillsToDisk) {
  TempFolder store;
  const std::string left = store / "s/spill/of_a_process_that_was_killed.tmp";
  testing::WriteBytes(left, "x");
  auto pipeline = OpenAt(store / "s");
  EXPECT_FALSE(std::filesystem::exists(left));
  // Twelve million groups take more than the engine's share of memory.
  auto table =
      (*pipeline->engine().Connect())
          ->Query(
              "select count(*), sum(n)::bigint from (select i, count(*) as n from range(12000000) r(i) "
              "group by i)");
  ASSERT_TRUE(table) << table.error().Text();
  EXPECT_EQ(std::get<std::int64_t>(table->rows[0][0]), 12'000'000);
  EXPECT_EQ(std::get<std::int64_t>(table->rows[0][1]), 12'000'000);
  EXPECT_TRUE(std::filesystem::exists(store / "s/spill")) << "it fitted into memory: ask for more";
}

}  // namespace
}  // namespace earprint::app
