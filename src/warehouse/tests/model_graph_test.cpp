#include "warehouse/model_graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace earprint::warehouse {
namespace {

using base::EmbeddedFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const std::vector<EmbeddedFile> kFiles = {
    {"lake/lake_play.duckdb.sql", "-- name: lake/lake_play\n-- inputs: segments\nselect 1", "1"},
    {"lake/lake_play.spark.sql", "-- name: lake/lake_play\n-- inputs: segments\nselect 2", "2"},
    {"metrics/top.sql", "no header", "3"},
    {"prelude/duckdb.sql", "no header", "4"},
    {"prelude/spark.sql", "no header", "5"},
    {"raw/raw_play.sql", "-- name: raw/raw_play\n-- inputs: lake_play\nselect 1", "6"},
    {"silver/silver_a.sql", "-- name: silver/silver_a\n-- inputs: silver_b, raw_play\nselect 1", "7"},
    {"silver/silver_b.sql", "-- name: silver/silver_b\n-- inputs: raw_play, silver_b\nselect 1", "8"}};

std::vector<std::string> NamesOf(const std::vector<model::SqlFile>& files) {
  std::vector<std::string> names;
  for (const model::SqlFile& file : files) names.push_back(file.name);
  return names;
}

base::Error ErrorOf(const std::vector<EmbeddedFile>& files) {
  const auto graph = LoadModelGraph(files, "duckdb");
  EXPECT_FALSE(graph) << "it was put in order";
  return graph ? base::Error() : graph.error();
}

std::vector<EmbeddedFile> With(EmbeddedFile file) {
  std::vector<EmbeddedFile> files = kFiles;
  files.push_back(file);
  return files;
}

TEST(ModelGraph, PutsEachModelAfterItsInputsHoweverTheFilesLie) {
  std::vector<EmbeddedFile> files = kFiles;
  for (int turn = 0; turn < 8; ++turn) {
    std::ranges::rotate(files, files.begin() + 1);
    const auto graph = LoadModelGraph(files, "duckdb");
    ASSERT_TRUE(graph) << graph.error().Text();
    EXPECT_THAT(NamesOf(graph->lake), ElementsAre("lake_play"));
    EXPECT_THAT(NamesOf(graph->models), ElementsAre("raw_play", "silver_b", "silver_a"));
  }
}

TEST(ModelGraph, PutsModelsOfDaysAfterTheLoadsThatTheirOldRowsAreLookedForIn) {
  auto files = With({"silver/silver_aa.sql",
                     "-- name: silver/silver_aa\n-- inputs: raw_play\n-- build: days\nselect 1", "9"});
  EXPECT_THAT(ErrorOf(files).Text(), HasSubstr("silver_aa"));
  files.push_back(
      {"silver/touched_load.sql", "-- name: silver/touched_load\n-- inputs: silver_a\nselect 1", "10"});
  const auto graph = LoadModelGraph(files, "duckdb");
  ASSERT_TRUE(graph) << graph.error().Text();
  EXPECT_THAT(NamesOf(graph->models),
              ElementsAre("raw_play", "silver_b", "silver_a", "touched_load", "silver_aa"));
}

TEST(ModelGraph, RefusesAModelThatNeedsWhatItDoesNotRead) {
  const auto of = [](const char* needed) {
    static std::string body;
    body = std::string("-- name: silver/silver_c\n-- inputs: silver_a, raw_play\n-- needs: ") + needed +
           "\nselect 1";
    return With({"silver/silver_c.sql", body, "9"});
  };
  EXPECT_TRUE(LoadModelGraph(of("raw_play"), "duckdb"));
  EXPECT_THAT(ErrorOf(of("silver_b")).Text(), HasSubstr("silver_b"));
}

TEST(ModelGraph, TakesTheLakeOfItsEngineOnly) {
  const auto graph = LoadModelGraph(kFiles, "spark");
  ASSERT_TRUE(graph);
  ASSERT_THAT(graph->lake, SizeIs(1));
  EXPECT_EQ(graph->lake[0].body, "select 2");
}

TEST(ModelGraph, ItsFingerprintChangesWithEveryFileThatCountsAndNoOther) {
  const auto fingerprint = [](const std::vector<EmbeddedFile>& files) {
    return LoadModelGraph(files, "duckdb")->fingerprint;
  };
  EXPECT_EQ(fingerprint(kFiles).size(), 16U);
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    std::vector<EmbeddedFile> files = kFiles;
    files[i].tag = "changed";
    const bool counts = !files[i].path.contains("spark") && !files[i].path.starts_with("metrics/");
    EXPECT_EQ(fingerprint(files) != fingerprint(kFiles), counts) << files[i].path;
  }
}

TEST(ModelGraph, ACircleIsAnErrorThatNamesAFileOfIt) {
  std::vector<EmbeddedFile> files = kFiles;
  files.back().body = "-- name: silver/silver_b\n-- inputs: silver_a\nselect 1";
  const base::Error error = ErrorOf(files);
  EXPECT_EQ(error.code, base::ErrorCode::kCorrupt);
  EXPECT_THAT(error.Text(), AllOf(HasSubstr("silver/silver_a.sql"), HasSubstr("circle")));
}

TEST(ModelGraph, AnInputThatNoFileMakesIsAnError) {
  const base::Error error =
      ErrorOf(With({"silver/silver_c.sql", "-- name: silver/silver_c\n-- inputs: raw_nothing\n", "9"}));
  EXPECT_EQ(error.code, base::ErrorCode::kCorrupt);
  EXPECT_THAT(error.Text(), AllOf(HasSubstr("silver/silver_c.sql"), HasSubstr("raw_nothing")));
}

TEST(ModelGraph, AHeaderThatContradictsItsPathIsAnError) {
  for (const char* body : {"", "select 1", "-- name: silver/silver_d\n"}) {
    const base::Error error = ErrorOf(With({"silver/silver_c.sql", body, "9"}));
    EXPECT_EQ(error.code, base::ErrorCode::kCorrupt);
    EXPECT_THAT(error.Text(), HasSubstr("silver/silver_c.sql"));
  }
}

TEST(ModelGraph, TwoFilesThatMakeOneTableAreAnError) {
  EXPECT_EQ(
      ErrorOf(With({"silver/silver_a.other.sql", "-- name: silver/silver_a\n-- inputs: raw_play\n", "9"}))
          .code,
      base::ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace earprint::warehouse
