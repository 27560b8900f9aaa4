#include "metrics/metric_catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "metrics/answer_writer.hpp"

namespace earprint::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Sql(const std::string& name, const std::string& columns) {
  return "-- name: metrics/" + name + "\n-- question: which?\n-- order: a\n-- columns: " + columns +
         "\nselect 1";
}

base::Result<MetricCatalogue> Load(const std::string& columns) {
  const std::string body = Sql("one", columns);
  const base::EmbeddedFile file{"metrics/one.sql", body, "t"};
  return MetricCatalogue::Load({&file, 1});
}

TEST(MetricCatalogue, ReadsColumnsOfEveryType) {
  const auto catalogue = Load(
      "a | integer | plays | how many\n-- b|decimal(4)||share\n-- c | text | | \n-- d | date | |\n-- e | "
      "instant | | x");
  ASSERT_TRUE(catalogue) << catalogue.error().Text();
  const auto metric = catalogue->Find("one");
  ASSERT_TRUE(metric);
  ASSERT_THAT((*metric)->columns, SizeIs(5));
  EXPECT_EQ((*metric)->columns[0].unit, "plays");
  EXPECT_EQ((*metric)->columns[0].meaning, "how many");
  EXPECT_EQ((*metric)->columns[1].decimals, 4);
  EXPECT_EQ((*metric)->columns[4].type, model::ColumnType::kInstant);
  EXPECT_EQ((*metric)->question, "which?");
  EXPECT_EQ((*metric)->body, "select 1");
}

TEST(MetricCatalogue, RefusesAMalformedHeader) {
  for (const char* columns :
       {"", "a | integer | plays", "a | integer | plays | x | y", "a | float | | x", "a | | | x",
        "a | decimal | | x", "a | decimal() | | x", "a | decimal(0) | | x", "a | decimal(x) | | x",
        "a | decimal(4] | | x", "a | decimal(10) | | x", " | integer | | x", "a | integer | | x\n-- b"}) {
    const auto catalogue = Load(columns);
    ASSERT_FALSE(catalogue) << columns;
    EXPECT_EQ(catalogue.error().code, base::ErrorCode::kCorrupt);
    EXPECT_THAT(catalogue.error().Text(), HasSubstr("metrics/one.sql"));
  }
}

TEST(MetricCatalogue, RefusesANameThatContradictsThePath) {
  const std::string body = Sql("two", "a | integer | | x");
  const base::EmbeddedFile file{"metrics/one.sql", body, "t"};
  EXPECT_FALSE(MetricCatalogue::Load({&file, 1}));
}

TEST(MetricCatalogue, TakesOnlyMetricsAndSortsThemByName) {
  const std::string b = Sql("b", "x | integer | | x"), a = Sql("a", "x | integer | | x");
  const std::vector<base::EmbeddedFile> files = {
      {"metrics/b.sql", b, ""}, {"raw/raw_x.sql", "", ""}, {"metrics/a.sql", a, ""}};
  const auto catalogue = MetricCatalogue::Load(files);
  ASSERT_TRUE(catalogue) << catalogue.error().Text();
  ASSERT_THAT(catalogue->all(), SizeIs(2));
  EXPECT_EQ(catalogue->all()[0].name, "a");
  const auto json = boost::json::parse(CatalogueJson(*catalogue));
  EXPECT_EQ(json.at("metrics").at(1).at("name").as_string(), "b");
  EXPECT_EQ(json.at("metrics").at(0).at("columns").at(0).at("type").as_string(), "integer");
}

TEST(MetricCatalogue, HelpsWithAMisspeltName) {
  const std::string tracks = Sql("top_tracks", "x | integer | | x"),
                    clock = Sql("clock", "x | integer | | x");
  const std::vector<base::EmbeddedFile> files = {{"metrics/top_tracks.sql", tracks, ""},
                                                 {"metrics/clock.sql", clock, ""}};
  const auto catalogue = MetricCatalogue::Load(files);
  ASSERT_TRUE(catalogue);
  const auto found = catalogue->Find("top_trakcs");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, base::ErrorCode::kNotFound);
  EXPECT_THAT(found.error().hint, HasSubstr("nearest: top_tracks, clock"));
  EXPECT_LE(catalogue->Find(std::string(1U << 20, 'x')).error().subject.size(), 60U);
}

}  // namespace
}  // namespace earprint::metrics
