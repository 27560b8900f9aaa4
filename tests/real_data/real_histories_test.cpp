// The public histories that developers have beside the repository; their README tells the counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.hpp"
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

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealYear);
INSTANTIATE_TEST_SUITE_P(, RealYear, ::testing::ValuesIn(YearsToldByThree()),
                         [](const auto& of) { return of.param; });

}  // namespace
}  // namespace earprint::app
