#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/utc_time.hpp"
#include "tests/support/opened_pipeline.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::app {
namespace {

using earprint::testing::OpenAt;
using earprint::testing::SilverFingerprint;
using earprint::testing::TempFolder;

constexpr int kCases = 4;  // each is two stores under several imports

/// One listening, and which sources tell of it.
struct Listening {
  std::int64_t ended_at_ms = 0, played_ms = 0;
  int track = 0;
  bool in_extended = true, in_account = false, in_csv = false, is_skipped = false;
};

std::string Id(int track) { return "000000000000000000000" + std::to_string(track); }

std::string ExtendedRow(const Listening& l) {
  std::ostringstream row;
  row << R"({"ts":")" << base::FormatInstant({l.ended_at_ms}) << R"(","ms_played":)" << l.played_ms
      << R"(,"master_metadata_track_name":"T)" << l.track << R"(","master_metadata_album_artist_name":"A)"
      << l.track % 2 << R"(","spotify_track_uri":"spotify:track:)" << Id(l.track) << R"(","skipped":)"
      << (l.is_skipped ? "true" : "false") << "}";
  return row.str();
}

std::string AccountRow(const Listening& l) {
  std::string minute = base::FormatInstant({l.ended_at_ms}).substr(0, 16);
  minute[10] = ' ';
  std::ostringstream row;
  row << R"({"endTime":")" << minute << R"(","artistName":"A)" << l.track % 2 << R"(","trackName":"T)"
      << l.track << R"(","msPlayed":)" << l.played_ms << "}";
  return row.str();
}

std::string CsvRow(const Listening& l) {
  std::string second = base::FormatInstant({l.ended_at_ms}).substr(0, 19);
  second[10] = ' ';
  return Id(l.track) + "," + second + "," + std::to_string(l.played_ms) + ",T" + std::to_string(l.track) +
         ",A" + std::to_string(l.track % 2) + "\n";
}

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
    Listening one{at, 30'000 + i, *inRange(0, 3)};
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

/// Writes the rows of one source as one file.
void WriteFile(const std::string& folder, const std::string& source, int number,
               const std::vector<std::string>& rows) {
  const std::string digits = std::to_string(number);
  if (source == "csv") {
    std::ofstream file(folder + "/spotify_history_" + digits + ".csv");
    file << "spotify_track_uri,ts,ms_played,track_name,artist_name\n";
    for (const std::string& row : rows) file << row;
    return;
  }
  const std::string name = source == "extended" ? "Streaming_History_Audio_2020_" : "StreamingHistory_music_";
  std::ofstream file(folder + "/" + name + digits + ".json");
  for (std::size_t i = 0; i < rows.size(); ++i) file << (i == 0 ? "[" : ",\n") << rows[i];
  file << "]";
}

using RowsBySource = std::vector<std::pair<std::string, std::vector<std::string>>>;

RowsBySource RowsOf(const std::vector<Listening>& listenings) {
  RowsBySource rows = {{"extended", {}}, {"account", {}}, {"csv", {}}};
  for (const Listening& one : listenings) {
    if (one.in_extended) rows[0].second.push_back(ExtendedRow(one));
    if (one.in_account) rows[1].second.push_back(AccountRow(one));
    if (one.in_csv) rows[2].second.push_back(CsvRow(one));
  }
  std::erase_if(rows, [](const auto& source) { return source.second.empty(); });
  return rows;
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
