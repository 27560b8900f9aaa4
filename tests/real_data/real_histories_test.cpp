// The public histories that developers have beside the repository; their README tells the counts.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "app/asker.hpp"
#include "base/text.hpp"
#include "metrics/answer_writer.hpp"
#include "sources/csv_source.hpp"
#include "sources/json_history_source.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/real_files.hpp"
#include "tests/support/string_reader.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/unpacked_bytes.hpp"

namespace earprint::app {
namespace {

using ::testing::IsEmpty;
using testing::RealFiles;
using testing::RealPath;
using testing::UnpackedBytes;

constexpr std::int64_t kNow = 1'800'000'000'000;
const std::string kLongCsv = "history/spotify_history_2013_2020.csv.gz";
const std::string kExtended = "history/extended_2015", kShort = "history/short_2015";

class RealExtendedHistory : public ::testing::TestWithParam<std::string> {};

TEST_P(RealExtendedHistory, IsReadWhole) {
  const auto text = UnpackedBytes(RealPath(GetParam()));
  ASSERT_TRUE(text);
  sources::JsonHistorySource source(std::make_unique<testing::StringReader>(*text), {.latest_ms = kNow});
  const testing::Gathered all = testing::Gather(source);
  EXPECT_THAT(all.rejects, IsEmpty());
  EXPECT_EQ(all.read, boost::json::parse(*text).as_array().size());
  EXPECT_GT(all.read, 0U);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealExtendedHistory);
INSTANTIATE_TEST_SUITE_P(, RealExtendedHistory, ::testing::ValuesIn(RealFiles(kExtended)),
                         [](const auto& of) { return testing::TestNameOf(of.param); });

class RealCsvHistory : public ::testing::TestWithParam<std::string> {};

TEST_P(RealCsvHistory, IsReadWhole) {
  auto bytes = UnpackedBytes(RealPath(GetParam()));
  ASSERT_TRUE(bytes);
  const auto source = sources::OpenCsvSource(std::make_unique<testing::StringReader>(std::move(*bytes)),
                                             {"spotify_history_2013_2020.csv.gz", "me", kNow});
  ASSERT_TRUE(source) << source.error().Text();
  const testing::Gathered all = testing::Gather(**source);
  EXPECT_EQ(all.read, 89'774U);
  EXPECT_THAT(all.rejects, IsEmpty());
  EXPECT_EQ(all.identities.size(), 88'581U);
  EXPECT_EQ(all.ids.size(), 88'613U) << "1,161 rows are exact duplicates";
  EXPECT_EQ(testing::MsOfDistinctPlays(all), 9'927'190'590);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealCsvHistory);
INSTANTIATE_TEST_SUITE_P(, RealCsvHistory, ::testing::ValuesIn(RealFiles(kLongCsv)),
                         [](const auto& of) { return testing::TestNameOf(of.param); });

/// The year 2015, with the sources that tell of it; it is there when all three are.
std::vector<std::string> YearsToldByThree() {
  const bool is_there =
      !RealFiles(kExtended).empty() && !RealFiles(kShort).empty() && !RealFiles(kLongCsv).empty();
  return is_there ? std::vector<std::string>{"2015"} : std::vector<std::string>{};
}

class RealYear : public ::testing::TestWithParam<std::string> {};

TEST_P(RealYear, ToldByThreeSourcesCountsOnce) {
  const auto history = UnpackedBytes(RealPath(kLongCsv));
  ASSERT_TRUE(history);
  std::string year;  // its rows, below the header
  for (const std::string_view line : base::Split(*history, '\n')) {
    if (year.empty() || line.contains("," + GetParam() + "-")) year += std::string(line) + '\n';
  }
  const testing::TempFolder csv;
  testing::WriteBytes(csv / "spotify_history_2015.csv", year);
  // 2,809 rows: one exact duplicate, and one that differs in a flag only.
  testing::ExpectPlaysInAnyOrder({RealPath(kExtended), RealPath(kShort), csv / "spotify_history_2015.csv"},
                                 2'807);
}

/// Every figure of plays, without those of circumstances that only the extended form has (`habits`).
std::map<std::string, std::string> FiguresOf(Pipeline& pipeline) {
  auto asker = Asker::Make(pipeline, "Europe/Paris");
  EXPECT_TRUE(asker);
  std::map<std::string, std::string> figures;
  for (const std::string metric :
       {"overview", "top_tracks", "top_artists", "top_albums", "timeline", "calendar", "clock", "streaks",
        "sessions", "discoveries", "repeats", "skips", "diversity", "plays", "overlaps"}) {
    for (const std::string min_ms : {"30000", "0"}) {
      auto answer = (*asker)->Ask(
          metric, "",
          std::vector<model::ConditionPair>{{"limit", "100000"}, {"min-ms", min_ms}, {"grain", "week"}});
      EXPECT_TRUE(answer) << answer.error().Text();
      if (answer) figures[metric + " " + min_ms] = metrics::AnswerCsv(**answer);
    }
  }
  return figures;
}

std::int64_t Number(Pipeline& pipeline, const std::string& sql) {
  auto table = (*pipeline.engine().Connect())->Query(sql);
  EXPECT_TRUE(table) << table.error().Text();
  return table && !table->rows.empty() ? std::get<std::int64_t>(table->rows[0][0]) : -1;
}

TEST_P(RealYear, ToldByThreeSourcesHasTheFiguresOfTheCsvAlone) {
  const testing::TempFolder folder;
  auto alone = testing::OpenAt(folder / "alone");
  testing::MustImport(*alone, {RealPath(kLongCsv)});
  const auto expected = FiguresOf(*alone);
  auto together = testing::OpenAt(folder / "together");
  testing::MustImport(*together, {RealPath(kShort)});
  testing::MustImport(*together, {RealPath(kLongCsv)});
  testing::MustImport(*together, {RealPath(kExtended)});
  const auto figures = FiguresOf(*together);
  for (const auto& [name, rows] : expected) EXPECT_TRUE(figures.at(name) == rows) << name;
  auto table =
      (*together->engine().Connect())
          ->Query("select witnesses, told_by, count(*) from silver_play group by 1, 2 order by 1, 2");
  ASSERT_TRUE(table);
  for (const auto& row : table->rows) {
    fmt::print("{} witnesses, sources {}: {} plays\n", std::get<std::int64_t>(row[0]),
               std::get<std::int64_t>(row[1]), std::get<std::int64_t>(row[2]));
  }
  const std::string of_year = "select count(*) from silver_play where ended_day between 16436 and 16800 and ";
  EXPECT_EQ(Number(*together, of_year + "true"), 2'807);
  EXPECT_EQ(Number(*together, of_year + "told_by = 7"), 2'807) << "each of the year's is told by all three";
  EXPECT_EQ(Number(*together, "select count(*) from silver_merge where how = 'unconfirmed'"), 2)
      << "rows of account data, equal in every field to another, of which the richer sources know one play";
}

TEST_P(RealYear, AccountDataAloneTellTwoPlaysTooMany) {
  const testing::TempFolder folder;
  auto pipeline = testing::OpenAt(folder / "s");
  testing::MustImport(*pipeline, {RealPath(kShort)});
  EXPECT_EQ(testing::CountPlays(*pipeline, "true"), 2'809) << "of 2,807: 0.07 %";
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealYear);
INSTANTIATE_TEST_SUITE_P(, RealYear, ::testing::ValuesIn(YearsToldByThree()),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace earprint::app
