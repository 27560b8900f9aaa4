// An invented catalogue of thousands of rows against sums that were made beside it, in whole numbers only;
// the public catalogues are held against theirs in tests/real_data.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "sources/csv_source.hpp"
#include "tests/support/catalogue_figures.hpp"
#include "tests/support/string_reader.hpp"

namespace earprint::sources {
namespace {

using model::Feature;

/// The text of an invented catalogue, and what must be found in it.
struct Invented {
  std::string text =
      "track_id,track_name,artists,release_date,duration_ms,danceability,energy,loudness,speechiness,"
      "acousticness,instrumentalness,liveness,valence,tempo,key,mode,time_signature\n";
  testing::CatalogueFigures figures;

  Invented() {
    for (const char* name : {"rows", "tracks", "without_features", "full_dates", "several_artists"})
      figures[name] = 0;
    for (std::size_t i = 0; i < model::kFeatureCount; ++i)
      Add(model::TraitOf(static_cast<Feature>(i)).name, {});
    for (const char* name : {"durations", "years"}) Add(name, {});
  }

  void Add(std::string_view name, std::optional<std::int64_t> value) {
    figures[std::string(name)] += value.has_value();
    figures[std::string(name) + "_sum"] += value.value_or(0);
  }

  /// A cell that tells a feature; `thousandths` is whole for a feature that is not scaled.
  void Tell(Feature feature, std::int64_t thousandths) {
    const model::FeatureTrait& trait = model::TraitOf(feature);
    Add(trait.name, trait.is_scaled ? thousandths * 1'000 : thousandths);
    const std::int64_t size = std::abs(thousandths);
    text += trait.is_scaled
                ? fmt::format(",{}{}.{:03}", thousandths < 0 ? "-" : "", size / 1'000, size % 1'000)
                : fmt::format(",{}", thousandths);
  }

  /// Row `i` tells of track i % 2500: with two artists, a date as far as it is known, and in part no
  /// features.
  void AddRow(std::int64_t i) {
    constexpr std::int64_t kTracks = 2'500;
    const std::int64_t year = 1960 + i % 64;
    const std::string dates[] = {fmt::format("{}", year), fmt::format("{}-{:02}", year, 1 + i % 12),
                                 fmt::format("{}-{:02}-{:02}", year, 1 + i % 12, 1 + i % 28)};
    const std::int64_t duration = 100'000 + i * 37 % 200'000;
    text += fmt::format("{:022},\"T, \"\"{}\"\"\",{},{},{}", i % kTracks, i, i % 3 == 0 ? "A;B" : "A",
                        dates[i % 3], duration);
    Add("years", year);
    Add("durations", duration);
    ++figures["rows"];
    figures["tracks"] = std::min(i + 1, kTracks);
    figures["full_dates"] += i % 3 == 2;
    figures["several_artists"] += i % 3 == 0;
    figures["without_features"] += i % 11 == 0;
    for (std::size_t f = 0; f < model::kFeatureCount; ++f) {
      const auto feature = static_cast<Feature>(f);
      if (i % 11 == 0 || (i + static_cast<std::int64_t>(f)) % 13 == 0) {
        text += ',';
      } else if (feature == Feature::kLoudness) {
        Tell(feature, -1'000 - i * 7 % 40'000);
      } else if (feature == Feature::kTempo) {
        Tell(feature, 60'000 + i * 13 % 140'000);
      } else if (feature == Feature::kKey) {
        Tell(feature, i % 12);
      } else if (feature == Feature::kMode) {
        Tell(feature, i % 2);
      } else if (feature == Feature::kTimeSignature) {
        Tell(feature, 3 + i % 3);
      } else {
        Tell(feature, 1 + i * 37 % 999);
      }
    }
    text += '\n';
  }
};

TEST(CsvFigures, OfAnInventedCatalogueAreThoseItWasMadeWith) {
  Invented made;
  for (std::int64_t i = 0; i < 4'000; ++i) made.AddRow(i);
  constexpr std::int64_t kNow = 1'800'000'000'000;
  const auto source =
      OpenCsvSource(std::make_unique<testing::StringReader>(made.text, 997), {"made.csv", "me", kNow});
  ASSERT_TRUE(source) << source.error().Text();
  EXPECT_EQ((*source)->Kind(), "catalogue made");
  const testing::Gathered all = testing::Gather(**source);
  EXPECT_TRUE(all.rejects.empty()) << all.rejects[0].reason;
  EXPECT_EQ(testing::FiguresOf(all), made.figures);
}

}  // namespace
}  // namespace earprint::sources
