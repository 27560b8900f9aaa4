// The ledger: every row of every file ends in one bucket, the buckets add up to the file, and a play opens to
// its rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "app/asker.hpp"
#include "sources/demo/demo_listener.hpp"
#include "tests/support/asked_csv.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/told_listening.hpp"

namespace earprint::app {
namespace {

using earprint::testing::AccountRow;
using earprint::testing::AskedCsv;
using earprint::testing::CsvRow;
using earprint::testing::ExtendedRow;
using earprint::testing::Listening;
using earprint::testing::MustImport;
using earprint::testing::OpenAt;
using earprint::testing::TempFolder;
using earprint::testing::WriteFile;
using ::testing::HasSubstr;
using Conditions = std::vector<model::ConditionPair>;

/// Rows of the ledger by file, all buckets together.
std::map<std::string, std::uint64_t> RowsByFile(Pipeline& pipeline) {
  auto asker = Asker::Make(pipeline, "UTC");
  auto answer = (*asker)->Ask("ledger", "me", {});
  std::map<std::string, std::uint64_t> rows;
  if (!answer) return rows;
  for (const auto& row : (*answer)->rows) rows[row[1].text] += static_cast<std::uint64_t>(row[3].number);
  return rows;
}

constexpr std::int64_t kNoon = 1'704'110'400'000;  // 2024-01-01 12:00

std::string Special(std::string_view fields, int minute) {
  return R"({"ts":")" + base::FormatInstant({kNoon + minute * 60'000}) + R"(",)" + std::string(fields) + "}";
}

TEST(Ledger, NamesTheBucketOfEveryRowAndOpensIt) {
  const TempFolder files, store;
  const Listening stream{.ended_at_ms = kNoon, .played_ms = 40'000, .track = 1};
  const Listening skip{.ended_at_ms = kNoon + 60'000, .played_ms = 4'000, .track = 2};
  const std::string extended = WriteFile(
      files.path(), "extended", 0,
      {ExtendedRow(stream), ExtendedRow(skip), ExtendedRow(stream),
       Special(R"("ms_played":90000,"spotify_track_uri":"spotify:track:0000000000000000000003",)"
               R"("master_metadata_track_name":"T3","incognito_mode":true)",
               5),
       Special(R"("ms_played":90000,"spotify_episode_uri":"spotify:episode:0000000000000000000004")", 6),
       Special(R"("ms_played":90000)", 7), Special(R"("ms_played":-1)", 8)});
  const std::string account =
      WriteFile(files.path(), "account", 0, {AccountRow(stream), AccountRow(stream), AccountRow(skip)});
  auto pipeline = OpenAt(store / "s");
  MustImport(*pipeline, {extended});
  MustImport(*pipeline, {account});
  const std::string expected =
      "account data history,StreamingHistory_music_0.json,merged,2\n"
      "account data history,StreamingHistory_music_0.json,unconfirmed,1\n"
      "extended streaming history,Streaming_History_Audio_2020_0.json,accepted,1\n"
      "extended streaming history,Streaming_History_Audio_2020_0.json,below the threshold,1\n"
      "extended streaming history,Streaming_History_Audio_2020_0.json,duplicate,1\n"
      "extended streaming history,Streaming_History_Audio_2020_0.json,no track,1\n"
      "extended streaming history,Streaming_History_Audio_2020_0.json,podcast,1\n"
      "extended streaming history,Streaming_History_Audio_2020_0.json,private,1\n"
      "extended streaming history,Streaming_History_Audio_2020_0.json,rejected,1\n";
  EXPECT_EQ(AskedCsv(*pipeline, "ledger"), expected);

  EXPECT_THAT(AskedCsv(*pipeline, "ledger_rows", {{"bucket", "duplicate"}}),
              HasSubstr(",3,1,duplicate,,,,,,from row 1 of Streaming_History_Audio_2020_0.json"));
  EXPECT_THAT(AskedCsv(*pipeline, "ledger_rows", {{"bucket", "rejected"}}), HasSubstr(",7,1,rejected,"));
  EXPECT_THAT(AskedCsv(*pipeline, "ledger_rows", {{"bucket", "below the threshold"}}),
              HasSubstr(",2,1,below"));
  EXPECT_EQ(std::ranges::count(
                AskedCsv(*pipeline, "ledger_rows", {{"file", "StreamingHistory_music_0.json"}}), '\n'),
            3);

  ASSERT_TRUE(pipeline->Rebuild());
  EXPECT_EQ(AskedCsv(*pipeline, "ledger"), expected) << "the lake alone knows it";
  const std::string version = pipeline->DataVersion();
  const auto again = MustImport(*pipeline, {extended});
  EXPECT_THAT(again.files[0].note, HasSubstr("it changes nothing"));
  EXPECT_EQ(pipeline->DataVersion(), version);
  EXPECT_EQ(AskedCsv(*pipeline, "ledger"), expected);
}

TEST(Ledger, APlayOpensToEveryStatementThatTellsOfIt) {
  const TempFolder files, store;
  const Listening other{.ended_at_ms = kNoon - 600'000, .played_ms = 50'000, .track = 2};
  const Listening play{.ended_at_ms = kNoon, .played_ms = 40'000, .track = 1};
  auto pipeline = OpenAt(store / "s");
  MustImport(*pipeline, {WriteFile(files.path(), "account", 3, {AccountRow(other), AccountRow(play)})});
  MustImport(*pipeline, {WriteFile(files.path(), "csv", 2, {CsvRow(play)})});
  MustImport(*pipeline, {WriteFile(files.path(), "extended", 1, {ExtendedRow(other), ExtendedRow(play)})});
  MustImport(*pipeline, {WriteFile(files.path(), "extended", 4, {ExtendedRow(play)})});
  const std::string plays = AskedCsv(*pipeline, "plays_behind", {{"track", "T1"}});
  EXPECT_THAT(plays, HasSubstr(",extended,3,,"))
      << "three events; the fourth file tells again, word for word";
  const std::string id = plays.substr(plays.rfind(',') + 1, 15);
  EXPECT_EQ(
      AskedCsv(*pipeline, "witnesses", {{"play", id}}),
      id + ",extended,Streaming_History_Audio_2020_1.json,2,2024-01-01T12:00:00Z,40000,T1,A1,the play\n" +
          id +
          ",account,StreamingHistory_music_3.json,2,2024-01-01T12:00:00Z,40000,T1,A1,"
          "\"agrees in minute, length and track\"\n" +
          id +
          ",csv,spotify_history_2.csv,1,2024-01-01T12:00:00Z,40000,T1,A1,\"the same, with other details\"\n" +
          id +
          ",extended,Streaming_History_Audio_2020_4.json,1,2024-01-01T12:00:00Z,40000,T1,A1,"
          "\"told again, word for word\"\n");
  EXPECT_EQ(AskedCsv(*pipeline, "witnesses", {{"play", "000000000000000"}}), "");
}

TEST(Ledger, OtherServicesAreFurtherWitnessesOfAPlay) {
  const TempFolder files, store;
  const Listening stream{.ended_at_ms = kNoon, .played_ms = 40'000, .track = 1};
  const std::string began = std::to_string(kNoon / 1'000 - 40);
  const std::string alone = std::to_string(kNoon / 1'000 + 7'200);
  WriteFile(files.path(), "extended", 1, {ExtendedRow(stream)});
  std::ofstream(files / "listens.jsonl")
      << R"({"listened_at":)" << began << R"(,"track_metadata":{"track_name":"T1","artist_name":"A1"}})"
      << "\n"
      << R"({"listened_at":)" << alone << R"(,"track_metadata":{"track_name":"T1","artist_name":"A1"}})"
      << "\n";
  const auto pipeline = OpenAt(store.path());
  MustImport(*pipeline, {files.path()});
  EXPECT_EQ(AskedCsv(*pipeline, "ledger"),
            "ListenBrainz history,listens.jsonl,accepted,1\nListenBrainz history,listens.jsonl,merged,1\n"
            "extended streaming history,Streaming_History_Audio_2020_1.json,accepted,1\n");
  const std::string behind = AskedCsv(*pipeline, "plays_behind");
  EXPECT_THAT(behind, HasSubstr(",40000,extended,2,")) << "the play that both tell";
  EXPECT_THAT(behind, HasSubstr(",listenbrainz,1,length estimated,")) << "the one that nobody else tells";
  EXPECT_THAT(
      AskedCsv(*pipeline, "witnesses"),
      HasSubstr("listenbrainz,listens.jsonl,1,2024-01-01T11:59:20Z,0,T1,A1,told by another service too"));
  EXPECT_THAT(AskedCsv(*pipeline, "ledger_rows", {{"bucket", "merged"}}), HasSubstr(",service\n"));
}

TEST(Ledger, TwoFilesOfOneNameAreTwoFiles) {
  const TempFolder first, second, store;
  auto pipeline = OpenAt(store / "s");
  const Listening one{.ended_at_ms = kNoon, .played_ms = 40'000, .track = 1};
  Listening two = one;
  two.ended_at_ms += 120'000;
  MustImport(*pipeline, {WriteFile(first.path(), "csv", 0, {CsvRow(one)})});
  MustImport(*pipeline, {WriteFile(second.path(), "csv", 0, {CsvRow(one), CsvRow(two)})});
  const auto rows = RowsByFile(*pipeline);
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.at("spotify_history_0.csv") + rows.at("spotify_history_0.csv (2)"), 3U);
}

TEST(Ledger, AddsUpForTheDemoListenersFilesOfEveryKind) {
  const TempFolder files, store;
  sources::DemoOptions options;
  options.plays = 2'000;
  ASSERT_TRUE(sources::WriteDemo(files.path(), options));
  auto pipeline = OpenAt(store / "s");
  const auto summary = MustImport(*pipeline, {files.path()});
  const auto rows = RowsByFile(*pipeline);
  for (const auto& file : summary.files) {
    if (file.read > 0) {
      EXPECT_EQ(rows.at(file.file.substr(file.file.rfind('/') + 1)), file.read) << file.file;
    }
  }
}

TEST(Ledger, BucketsAddUpWhateverIsImportedInWhateverOrder) {
  const auto property = [] {
    const TempFolder files, store;
    auto pipeline = OpenAt(store / "s");
    std::map<std::string, std::uint64_t> expected;
    const int imports = *rc::gen::inRange(2, 6);
    for (int number = 0; number < imports; ++number) {
      std::vector<Listening> all;
      for (int i = *rc::gen::inRange(1, 12); i > 0; --i) {
        all.push_back({.ended_at_ms = kNoon + 10'000 * *rc::gen::inRange<std::int64_t>(0, 12),
                       .played_ms = *rc::gen::element<std::int64_t>(10'000, 40'000),
                       .track = *rc::gen::inRange(0, 2),
                       .is_skipped = *rc::gen::arbitrary<bool>()});
      }
      auto rows = earprint::testing::RowsOf(all);
      auto& [source, told] = rows[*rc::gen::inRange<std::size_t>(0, rows.size())];
      if (source != "csv" && *rc::gen::arbitrary<bool>()) told.insert(told.begin() + 1, R"({"endTime": 5})");
      const auto summary = pipeline->Import({.paths = {WriteFile(files.path(), source, number, told)}}, {});
      RC_ASSERT(summary.has_value());
      const auto& file = summary->files.at(0);
      RC_ASSERT(file.refused == "");
      if (file.note.empty()) expected[file.file.substr(file.file.rfind('/') + 1)] = file.read;
    }
    RC_ASSERT(RowsByFile(*pipeline) == expected);
  };
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::min(params.maxSuccess, 4);
  params.disableShrinking = true;
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  std::ostringstream told;
  rc::detail::printResultMessage(result, told);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << told.str();
}

}  // namespace
}  // namespace earprint::app
