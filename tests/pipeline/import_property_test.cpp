#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <sstream>

#include "tests/support/opened_pipeline.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/told_listening.hpp"

namespace earprint::app {
namespace {

using earprint::testing::Listening;
using earprint::testing::OpenAt;
using earprint::testing::RowsBySource;
using earprint::testing::RowsOf;
using earprint::testing::SilverFingerprint;
using earprint::testing::TempFolder;
using earprint::testing::WriteFile;

constexpr int kCases = 4;  // each is two stores under several imports

/// Listenings close together, so that some share a minute and some a second, in part of the same track.
std::vector<Listening> AnyListenings() {
  using rc::gen::inRange;
  std::vector<Listening> all;
  const int count = *inRange(3, 25);
  std::int64_t at = 1'577'836'790'000;  // ten seconds before 2020-01-01, so that days are crossed
  for (int i = 0; i < count; ++i) {
    at += 1'000 * *rc::gen::element(1, 1, 7, 45, 61, 3'600, 40'000);
    // Every listening lasts a time of its own: account data has no other means to tell two of a minute apart,
    // and equal rows are counted within a file, so that these may not be parted.
    Listening one{.ended_at_ms = at, .played_ms = 30'000 + i, .track = *inRange(0, 3)};
    const int sources = *inRange(1, 8);
    one.in_extended = (sources & 1) != 0;
    one.in_account = (sources & 2) != 0;
    one.in_csv = (sources & 4) != 0;
    one.is_skipped = *rc::gen::arbitrary<bool>();
    all.push_back(one);
  }
  return all;
}

template <typename T>
std::vector<T> Shuffled(std::vector<T> values) {
  for (std::size_t i = values.size(); i > 1; --i)
    std::swap(values[i - 1], values[*rc::gen::inRange<std::size_t>(0, i)]);
  return values;
}

void MustTake(Pipeline& pipeline, const std::string& folder) {
  const auto summary = pipeline.Import({.paths = {folder}}, {});
  RC_ASSERT(summary.has_value());
  RC_ASSERT(summary->total.rejected == 0U);
  for (const auto& file : summary->files) RC_ASSERT(file.refused == "");
}

/// Parts the rows into up to three imports, in any order; some rows come more than once.
void ImportInAnyWay(const RowsBySource& rows, Pipeline& pipeline) {
  const int imports = *rc::gen::inRange(1, 4);
  std::vector<RowsBySource> parts(static_cast<std::size_t>(imports));
  for (const auto& [source, all] : rows) {
    for (auto& part : parts) part.emplace_back(source, std::vector<std::string>());
    for (const std::string& row : Shuffled(all)) {
      const int times = *rc::gen::element(1, 1, 2);
      for (int i = 0; i < times; ++i) {
        auto& chosen = parts[*rc::gen::inRange<std::size_t>(0, parts.size())].back().second;
        // Twice in one file of account data would be two plays of a minute.
        if (std::ranges::find(chosen, row) == chosen.end()) chosen.push_back(row);
      }
    }
  }
  for (const RowsBySource& part : Shuffled(parts)) {
    const TempFolder folder;
    int number = 0;
    for (const auto& [source, all] : Shuffled(part)) {
      if (!all.empty()) WriteFile(folder.path(), source, number++, all);
    }
    if (number > 0) MustTake(pipeline, folder.path());
  }
}

TEST(ImportProperty, TheSameEventsInAnyOrderPortionsAndRepetitionGiveTheSameRows) {
  const auto property = [] {
    const auto rows = RowsOf(AnyListenings());
    const TempFolder files, first, second;
    int number = 0;
    for (const auto& [source, all] : rows) WriteFile(files.path(), source, number++, all);
    auto at_once = OpenAt(first / "s");
    MustTake(*at_once, files.path());
    auto any_way = OpenAt(second / "s");
    ImportInAnyWay(rows, *any_way);
    RC_ASSERT(SilverFingerprint(*any_way) == SilverFingerprint(*at_once));
  };
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::min(params.maxSuccess, kCases);
  params.disableShrinking = true;  // hundreds of imports; the seed is told, which is enough to look closer
  const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
  std::ostringstream told;
  rc::detail::printResultMessage(result, told);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << told.str();
}

}  // namespace
}  // namespace earprint::app
