// The public files that developers have beside the repository; each figure was computed by a second program
// that shares no code with this one (Python's csv and decimal). There are as many tests
// as files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "model/feature_fact.hpp"
#include "sources/csv_source.hpp"
#include "tests/support/file_bytes.hpp"
#include "tests/support/gathered_source.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using model::kFeatureCount;

struct Expected {
  std::string file, kind;
  std::uint64_t read, tracks, without_features;
  std::int64_t durations, duration_sum, years, year_sum, full_dates;
  std::array<std::int64_t, kFeatureCount> counts,
      sums;  ///< of the features' scaled integers, in the house's order
  std::size_t several_artists;
};

const std::vector<Expected> kCatalogues = {
    {"catalogues/spotify_songs.csv.gz",
     "catalogue spotify_songs",
     32833,
     28356,
     0,
     32833,
     7413685215,
     32833,
     66031670,
     30947,
     {32832, 32833, 32833, 32832, 32833, 32833, 32833, 32832, 32832, 32833, 32833, 0},
     {21500674300, 22937766515, -220621315000, 3515365900, 5756731887, 2782503658, 6244055020, 16763248450,
      3968890192000, 176460, 18574, 0},
     1},
    {"catalogues/tracks_head10k.csv.gz",
     "catalogue tracks_head10k",
     10124,
     10124,
     12,
     10124,
     1908075685,
     10124,
     19528837,
     5237,
     {10106, 10112, 10112, 10106, 10112, 10112, 10112, 10106, 10106, 10112, 10112, 10106},
     {5940270000, 2682268373, -154940342000, 2879403200, 8836483090, 2811036014, 2134516800, 5930120010,
      1127510548000, 49865, 7285, 37997},
     3128},
    {"catalogues/high_popularity_spotify_data.csv.gz",
     "catalogue high_popularity_spotify_data",
     1686,
     1437,
     0,
     1686,
     361751744,
     1686,
     3392699,
     1605,
     {1686, 1686, 1686, 1686, 1686, 1686, 1686, 1686, 1686, 1686, 1686, 1686},
     {1096510000, 1124926300, -11303165000, 170161800, 372976132, 70003450, 289281500, 886391800,
      204125601000, 9000, 975, 6660},
     591},
    {"catalogues/spotify_charts_2020_2021.csv",
     "catalogue spotify_charts_2020_2021",
     1556,
     1527,
     11,
     1545,
     305818562,
     1545,
     3118410,
     1528,
     {1545, 1545, 1545, 1545, 1545, 0, 1545, 1545, 1545, 1545, 0, 0},
     {1066045000, 978750000, -9808392000, 191048100, 384233008, 0, 279957700, 795217400, 189743031000, 8238,
      0, 0},
     349},
    {"catalogues/spotify-2023.csv",
     "catalogue spotify-2023",
     953,
     949,
     0,
     0,
     0,
     953,
     1923381,
     953,
     {953, 953, 0, 953, 953, 953, 953, 953, 953, 858, 953, 0},
     {638220000, 612580000, 0, 96550000, 257860000, 15070000, 173570000, 490140000, 116781000000, 5048, 550,
      0},
     363},
    {"catalogues/top10s.csv",
     "catalogue top10s",
     603,
     588,
     1,
     603,
     135479000,
     603,
     1214799,
     0,
     {602, 602, 602, 602, 602, 0, 602, 602, 602, 0, 0, 0},
     {388210000, 425140000, -3304000000, 50400000, 86390000, 0, 107180000, 314920000, 71483000000, 0, 0, 0},
     0},
    {"catalogues/dataset-of-10s.csv",
     "catalogue dataset-of-10s",
     6398,
     6258,
     0,
     6398,
     1514433538,
     0,
     0,
     0,
     {6398, 6398, 6398, 6398, 6398, 6398, 6398, 6398, 6398, 6398, 6398, 6397},
     {3635105500, 4272305893, -48559517000, 627121200, 1387908064, 1057542749, 1258484300, 2839011700,
      782820067000, 33804, 4130, 25150},
     0},
    {"charts/regional-global-daily-latest.csv",
     "chart regional-global-daily-latest",
     200,
     200,
     200,
     0,
     0,
     0,
     0,
     0,
     {},
     {},
     0},
};

base::Result<std::unique_ptr<ports::EventSource>> Open(const std::string& file, std::string bytes) {
  constexpr std::int64_t kNow = 1'800'000'000'000;
  return OpenCsvSource(std::make_unique<testing::StringReader>(std::move(bytes)),
                       {file.substr(file.rfind('/') + 1), "me", kNow});
}

/// The figures of a file by its name.
const Expected& ExpectedOf(const std::string& file) {
  return *std::ranges::find(kCatalogues, file, &Expected::file);
}

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const Expected& expected : kCatalogues) files.push_back(expected.file);
  return files;
}

class RealCatalogue : public ::testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealCatalogue);

TEST_P(RealCatalogue, GivesTheFiguresOfASecondComputation) {
  const Expected& expected = ExpectedOf(GetParam());
  auto bytes = testing::FileBytes(testing::kRealData + expected.file);
  ASSERT_TRUE(bytes);
  auto source = Open(expected.file, std::move(*bytes));
  ASSERT_TRUE(source) << source.error().Text();
  EXPECT_EQ((*source)->Kind(), expected.kind);
  const testing::Gathered all = testing::Gather(**source);
  EXPECT_EQ(all.read, expected.read);
  EXPECT_TRUE(all.rejects.empty()) << all.rejects[0].reason;
  EXPECT_EQ(all.identities.size(), expected.tracks);

  std::array<std::int64_t, kFeatureCount> counts{}, sums{};
  std::uint64_t without_features = 0;
  std::int64_t durations = 0, duration_sum = 0, years = 0, year_sum = 0, full_dates = 0;
  std::size_t several_artists = 0;
  for (const auto& data : all.data) {
    bool tells = false;
    for (std::size_t i = 0; i < kFeatureCount; ++i) {
      const model::FeatureTrait& trait = model::TraitOf(static_cast<model::Feature>(i));
      const auto* value = data.if_contains(std::string(trait.name) + (trait.is_scaled ? "_e6" : ""));
      if (value == nullptr) continue;
      tells = true;
      ++counts[i];
      sums[i] += value->as_int64();
    }
    without_features += tells ? 0 : 1;
    if (const auto* ms = data.if_contains("duration_ms")) ++durations, duration_sum += ms->as_int64();
    if (const auto* year = data.if_contains("release_year")) ++years, year_sum += year->as_int64();
    if (const auto* date = data.if_contains("release_date")) full_dates += date->as_string().size() == 10;
    if (const auto* artists = data.if_contains("artists")) several_artists += artists->as_array().size() > 1;
    EXPECT_FALSE(data.contains("dropped")) << boost::json::serialize(data);
  }
  EXPECT_EQ(counts, expected.counts);
  EXPECT_EQ(sums, expected.sums);
  EXPECT_EQ(without_features, expected.without_features);
  EXPECT_EQ(durations, expected.durations);
  EXPECT_EQ(duration_sum, expected.duration_sum);
  EXPECT_EQ(years, expected.years);
  EXPECT_EQ(year_sum, expected.year_sum);
  EXPECT_EQ(full_dates, expected.full_dates);
  EXPECT_EQ(several_artists, expected.several_artists);
}

INSTANTIATE_TEST_SUITE_P(Real, RealCatalogue, ::testing::ValuesIn(testing::RealFiles(Files())),
                         testing::NameOf);

class RealHistory : public ::testing::TestWithParam<std::string> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RealHistory);

TEST_P(RealHistory, IsReadWhole) {
  auto bytes = testing::FileBytes(testing::kRealData + GetParam());
  ASSERT_TRUE(bytes);
  auto source = Open(GetParam(), std::move(*bytes));
  ASSERT_TRUE(source) << source.error().Text();
  const testing::Gathered all = testing::Gather(**source);
  EXPECT_EQ(all.read, 89'774U);
  EXPECT_EQ(all.rejects.size(), 0U);
  EXPECT_EQ(all.identities.size(), 88'581U);
  EXPECT_EQ(all.ids.size(), 88'613U) << "1,161 rows are exact duplicates";
  std::set<std::string> counted;
  std::int64_t ms = 0;
  for (const auto& data : all.data) {
    const std::string play = boost::json::serialize(data.at("item_id")) +
                             boost::json::serialize(data.at("ended_at_ms")) + '/' +
                             boost::json::serialize(data.at("played_ms"));
    if (counted.insert(play).second) ms += data.at("played_ms").as_int64();
  }
  EXPECT_EQ(ms, 9'927'190'590);
}

INSTANTIATE_TEST_SUITE_P(
    Real, RealHistory, ::testing::ValuesIn(testing::RealFiles({"history/spotify_history_2013_2020.csv.gz"})),
    testing::NameOf);

}  // namespace
}  // namespace earprint::sources
