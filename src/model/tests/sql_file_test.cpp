#include "model/sql_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace earprint::model {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SqlFile Read(std::string_view path, std::string_view text) {
  auto file = ParseSqlFile(path, text);
  EXPECT_TRUE(file) << file.error().Text();
  return file ? *file : SqlFile();
}

TEST(ParseSqlFile, TakesHeaderAndBodyApart) {
  const SqlFile file = Read("silver/silver_play.sql",
                            "-- name:    silver/silver_play\n-- inputs:  raw_play,  raw_x ,\n"
                            "-- columns: a | integer | | first\n--          b | text | | at 12:30\n"
                            "-- source:\nselect 1 -- no: header\n-- nor: this\n");
  EXPECT_EQ(file.layer, "silver");
  EXPECT_EQ(file.name, "silver_play");
  EXPECT_EQ(file.path, "silver/silver_play.sql");
  EXPECT_THAT(file.List("inputs"), ElementsAre("raw_play", "raw_x"));
  EXPECT_EQ(file.Field("columns"), "a | integer | | first\nb | text | | at 12:30");
  EXPECT_EQ(file.Field("source"), "");
  EXPECT_EQ(file.Field("nothing"), "");
  EXPECT_THAT(file.List("nothing"), IsEmpty());
  EXPECT_EQ(file.body, "select 1 -- no: header\n-- nor: this\n");
}

TEST(ParseSqlFile, AColonAfterMoreThanAWordBeginsNoField) {
  const SqlFile file =
      Read("raw/raw_a.sql", "-- name: raw/raw_a\n-- rule: first\n-- Two Words: go on\n-- x y: too\nselect 1");
  EXPECT_EQ(file.Field("rule"), "first\nTwo Words: go on\nx y: too");
  EXPECT_EQ(file.header.size(), 2U);
}

TEST(ParseSqlFile, TheEngineIsNoPartOfTheName) {
  EXPECT_EQ(Read("lake/lake_play.duckdb.sql", "-- name: lake/lake_play\n").name, "lake_play");
  EXPECT_EQ(Read("lake/lake_play.duckdb.sql", "-- name: lake/lake_play").body, "");
}

TEST(ParseSqlFile, RefusesAHeaderThatContradictsItsPath) {
  for (const char* text : {"", "select 1", "-- grain: one\nselect 1", "-- name: raw_a\n",
                           "-- name: silver/raw_a\n", "-- name: raw/raw_b\n", "\n-- name: raw/raw_a\n"}) {
    const auto file = ParseSqlFile("raw/raw_a.sql", text);
    ASSERT_FALSE(file) << text;
    EXPECT_EQ(file.error().code, base::ErrorCode::kCorrupt);
    EXPECT_THAT(file.error().Text(), HasSubstr("raw/raw_a.sql"));
  }
}

}  // namespace
}  // namespace earprint::model
