// How a listener's rows are cut: as coarsely as may be while one part stays small.
#include "metrics/publishing/slice_tables.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "app/asker.hpp"
#include "tests/support/stored_listener.hpp"

namespace earprint::metrics::publishing {
namespace {

using testing::Must;

class SliceTablesTest : public ::testing::Test {
 protected:
  void Run(const std::string& sql) { Must(session_->Query(sql)); }

  /// Rows by part, of a table that is cut.
  std::map<std::string, std::int64_t> PartsOf(const std::string& name) {
    auto tables = Must(FindSliceTables(*session_));
    EXPECT_TRUE(JoinSmallParts(*session_, tables));
    std::map<std::string, std::int64_t> parts;
    for (const SliceTable& table : tables) {
      if (table.name != name) continue;
      const auto rows = Must(session_->Query("select slice_part, count(*) from (" + SlicePartsSql(table) +
                                             ") group by slice_part"));
      for (const auto& row : rows.rows) parts[std::get<std::string>(row[0])] = std::get<std::int64_t>(row[1]);
    }
    return parts;
  }

  std::unique_ptr<adapters::DuckDbEngine> engine_ = Must(adapters::DuckDbEngine::Open({}));
  std::unique_ptr<ports::QuerySession> session_ = [this] {
    auto session = Must(engine_->Connect());
    Must(session->Query(app::EnginePrelude()));
    return session;
  }();
};

TEST_F(SliceTablesTest, AYearOfFewRowsIsOnePartAndOneOfManyIsCutInMonths) {
  // 2019-12-31 is day 18,261; 2021 begins at day 18,628.
  Run("create table silver_play (listener_key bigint, ended_day bigint);"
      "insert into silver_play select 1, 18261 from range(100);"
      "insert into silver_play select 1, 18262 + i from range(366) r(i);"
      "insert into silver_play select 1, 18628 + i from range(365) r(i);"
      "insert into silver_play select 1, 18628 + 31 from range(4096 - 365)");
  const std::map<std::string, std::int64_t> years = {{"2019", 100}, {"2020", 366}, {"2021", 4'096}};
  EXPECT_EQ(PartsOf("silver_play"), years);

  Run("insert into silver_play values (1, 18628 + 31)");
  const auto parts = PartsOf("silver_play");
  EXPECT_EQ(parts.size(), 14U);
  EXPECT_EQ(parts.at("2019"), 100);
  EXPECT_EQ(parts.at("2021-01-01"), 31);
  EXPECT_EQ(parts.at("2021-02-01"), 28 + 4'096 - 365 + 1);
  EXPECT_EQ(parts.at("2021-12-01"), 31);
}

TEST_F(SliceTablesTest, TracksAreCutInSixteenthsWhereThereAreMany) {
  Run("create table silver_track (track_key bigint, title varchar);"
      "insert into silver_track select i, 'a' from range(4096) r(i)");
  EXPECT_EQ(PartsOf("silver_track"), (std::map<std::string, std::int64_t>{{"all", 4'096}}));
  Run("insert into silver_track values (4096, 'a')");
  const auto parts = PartsOf("silver_track");
  EXPECT_EQ(parts.size(), 16U);
  EXPECT_EQ(parts.at("0"), 257);
  EXPECT_EQ(parts.at("15"), 256);
}

TEST_F(SliceTablesTest, WhatIsNotCutIsOnePartHoweverMuchItIs) {
  Run("create table silver_playlist (listener varchar, playlist_no bigint);"
      "insert into silver_playlist select 'ann', i from range(10000) r(i);"
      "create table silver_catalogue (catalogue varchar);"
      "insert into silver_catalogue select 'a' from range(10000)");
  EXPECT_EQ(PartsOf("silver_playlist"), (std::map<std::string, std::int64_t>{{"all", 10'000}}));
  EXPECT_EQ(PartsOf("silver_catalogue"), (std::map<std::string, std::int64_t>{{"all", 10'000}}));
}

TEST_F(SliceTablesTest, ATableThatNobodyOwnsIsRefused) {
  Run("create table silver_thing (name varchar)");
  const auto tables = FindSliceTables(*session_);
  ASSERT_FALSE(tables);
  EXPECT_EQ(tables.error().code, base::ErrorCode::kUnsupported);
  EXPECT_NE(tables.error().Text().find("silver_thing"), std::string::npos);
}

}  // namespace
}  // namespace earprint::metrics::publishing
