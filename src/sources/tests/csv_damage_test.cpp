// A good file cut at every byte, and with every byte damaged: no crash, and no good row lost.
#include <gtest/gtest.h>

#include <algorithm>

#include "sources/csv_source.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

constexpr int kRows = 24;

/// A file, and the place at which each of its rows ends.
struct Sample {
  std::string text;
  std::size_t header_end = 0;
  std::vector<std::size_t> row_ends;
};

Sample History() {
  Sample sample;
  sample.text =
      "spotify_track_uri,ts,platform,ms_played,track_name,artist_name,album_name,reason_start,reason_end,"
      "shuffle,skipped\r\n";
  sample.header_end = sample.text.size();
  for (int i = 0; i < kRows; ++i) {
    const std::string digits = std::to_string(10 + i);
    const std::string title = i % 4 == 0   ? "\"Say It, Just \"\"Say\"\" It\""
                              : i % 4 == 1 ? "\"Two\nlines\""
                              : i % 4 == 2 ? "Beyonc\u00e9"
                                           : "Plain";
    sample.text += "2J3n32GeLmMjwuAzyhcS" + digits + ",2013-07-08 02:44:" + digits + ",web player," + digits +
                   "185," + title + ",The Mowgli's,Waiting For The Dawn,autoplay,clickrow,FALSE,TRUE\r\n";
    sample.row_ends.push_back(sample.text.size());
  }
  return sample;
}

Sample Catalogue() {
  Sample sample;
  sample.text = "id;name;artists;energy;valence;tempo;key;duration_ms\n";
  sample.header_end = sample.text.size();
  for (int i = 0; i < kRows; ++i) {
    const std::string digits = std::to_string(10 + i);
    const std::string name = i % 3 == 0 ? "\"semi;colon\"" : i % 3 == 1 ? "\"two\nlines\"" : "plain";
    sample.text += "2J3n32GeLmMjwuAzyhcS" + digits + ';' + name + digits + ";['A', \"B's\"];0.5" + digits +
                   ";0.25;120." + digits + ";C#;200" + digits + "\n";
    sample.row_ends.push_back(sample.text.size());
  }
  return sample;
}

/// Nothing when the file was refused as a whole.
std::optional<testing::Gathered> Read(std::string text, std::size_t step = 1U << 20) {
  constexpr std::int64_t kNow = 1'800'000'000'000;
  auto source =
      OpenCsvSource(std::make_unique<testing::StringReader>(std::move(text), step), {"x.csv", "me", kNow});
  if (!source) return {};
  return testing::Gather(**source);
}

std::size_t Kept(const testing::Gathered& all, const testing::Gathered& good) {
  return static_cast<std::size_t>(
      std::ranges::count_if(good.ids, [&all](const auto& id) { return all.ids.contains(id); }));
}

class CsvDamage : public ::testing::TestWithParam<Sample (*)()> {};

TEST_P(CsvDamage, CutAnywhereKeepsTheRowsBefore) {
  const Sample sample = GetParam()();
  const auto good = Read(sample.text);
  ASSERT_TRUE(good);
  ASSERT_EQ(good->ids.size(), static_cast<std::size_t>(kRows));
  for (std::size_t cut = sample.header_end; cut < sample.text.size(); ++cut) {
    const auto all = Read(sample.text.substr(0, cut), 97);
    ASSERT_TRUE(all) << cut;
    ASSERT_TRUE(all->adds_up) << cut;
    const auto whole = static_cast<std::size_t>(
        std::ranges::count_if(sample.row_ends, [cut](std::size_t end) { return end <= cut; }));
    ASSERT_GE(Kept(*all, *good), whole) << cut;
    ASSERT_LE(all->data.size(), whole + 1) << cut;
  }
}

TEST_P(CsvDamage, OfOneByteCostsNoMoreThanItsRowAndANeighbour) {
  const Sample sample = GetParam()();
  const auto good = Read(sample.text);
  ASSERT_TRUE(good);
  for (std::size_t at = 0; at < sample.text.size(); ++at) {
    // What makes rows and cells at every place, the rest at every fourth.
    constexpr std::string_view kDamages("\"\n,;\0\xFF ", 7);
    for (const char damage : kDamages.substr(0, at % 4 == 0 ? kDamages.size() : 2)) {
      std::string text = sample.text;
      text[at] = damage;
      const auto all = Read(std::move(text));
      if (at < sample.header_end) continue;  // the header's damage may well hide what a column means
      ASSERT_TRUE(all) << at << ' ' << static_cast<int>(damage);
      ASSERT_TRUE(all->adds_up) << at;
      ASSERT_GE(Kept(*all, *good) + 2, static_cast<std::size_t>(kRows))
          << at << ' ' << static_cast<int>(damage);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Samples, CsvDamage, ::testing::Values(&History, &Catalogue));

}  // namespace
}  // namespace earprint::sources
