// What the headers of the SQL models promise, held against the tables: their columns and their `checks:`.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "adapters/duckdb/duckdb_engine.hpp"
#include "app/asker.hpp"
#include "app/pipeline.hpp"
#include "base/embedded_file.hpp"
#include "base/text.hpp"
#include "sources/demo/demo_listener.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"
#include "warehouse/model_graph.hpp"
#include "warehouse/play_loader.hpp"

namespace earprint::app {
namespace {

/// A store with a demo listener's export in it, told twice: as a whole, then its first half anew as another
/// file.
class SqlModels : public ::testing::Test {
 protected:
  void SetUp() override {
    sources::DemoOptions options;
    options.plays = 3'000;
    ASSERT_TRUE(sources::WriteDemo(folder_ / "export", options));
    auto opened = Pipeline::Open({folder_ / "store"}, clock_);
    ASSERT_TRUE(opened) << opened.error().Text();
    pipeline_ = std::move(*opened);
    ASSERT_TRUE(pipeline_->Import({.paths = {folder_ / "export"}}, {}));
    auto graph = warehouse::LoadModelGraph(base::sql_files(), "duckdb");
    ASSERT_TRUE(graph);
    graph_ = std::move(*graph);
    auto session = pipeline_->engine().Connect();
    ASSERT_TRUE(session);
    session_ = std::move(*session);
  }

  /// The first cell of a query as a number.
  std::int64_t Number(const std::string& sql) {
    auto table = session_->Query(sql);
    EXPECT_TRUE(table) << sql << "\n" << (table ? "" : table.error().Text());
    return table && !table->rows.empty() ? std::get<std::int64_t>(table->rows[0][0]) : -1;
  }

  testing::TempFolder folder_;
  testing::StoppedClock clock_;
  std::unique_ptr<Pipeline> pipeline_;
  warehouse::ModelGraph graph_;
  std::unique_ptr<ports::QuerySession> session_;
};

TEST_F(SqlModels, KeepWhatTheirChecksPromise) {
  int checked = 0;
  for (const model::SqlFile& model : graph_.models) {
    std::string_view checks = model.Field("checks");
    static constexpr std::string_view kUnique = "unique(";
    for (std::size_t at = 0; (at = checks.find(kUnique)) != std::string_view::npos;) {
      checks.remove_prefix(at + kUnique.size());
      const std::string key(checks.substr(0, checks.find(')')));
      EXPECT_EQ(Number("select count(*) from (select 1 from " + model.name + " group by " + key +
                       " having count(*) > 1) t"),
                0)
          << model.name << " unique(" << key << ")";
      ++checked;
    }
  }
  EXPECT_GT(checked, 10);
}

TEST_F(SqlModels, HaveTheColumnsTheirHeadersName) {
  for (const model::SqlFile& model : graph_.models) {
    if (model.Field("build") == "temp") continue;
    for (std::string_view line : base::Split(model.Field("columns"), '\n')) {
      line = base::Trim(line);
      for (std::string_view name : base::Split(line.substr(0, line.find("  ")), ',')) {
        name = base::Trim(name);
        const std::string column(name.substr(0, name.find(' ')));  // "*_e6" stands for several
        const std::string pattern = column.starts_with('*') ? "%" + column.substr(1) : column;
        EXPECT_GE(Number("select count(*) from information_schema.columns where table_name = '" + model.name +
                         "' and column_name like '" + pattern + "'"),
                  1)
            << model.name << "." << column;
      }
    }
  }
}

/// What the builder builds on when it leaves a model out: of a load that touches nothing, a model has no rows
/// but those that are there.
TEST_F(SqlModels, HaveNothingNewOfALoadThatTouchesNothing) {
  std::filesystem::create_directories(folder_ / "store/type=none/date=1970-01-01");
  const std::string nothing = folder_ / "store/type=none/date=1970-01-01/empty.jsonl";
  std::ofstream(nothing).flush();
  const auto run = [this](const std::string& sql) {
    const auto ran = session_->Query(sql);
    ASSERT_TRUE(ran) << sql << "\n" << ran.error().Text();
  };
  run(EnginePrelude());
  run("create temp macro p_load_no() as cast(1000 as bigint)");
  ASSERT_TRUE(warehouse::MakeStagedPlays(*session_));
  for (const model::SqlFile& view : graph_.lake) {
    std::string body = view.body;
    if (const std::size_t at = body.find("{segments}"); at != std::string::npos)
      body.replace(at, std::string_view("{segments}").size(), "['" + nothing + "']");
    run("create temp view " + view.name + " as " + body);
  }
  int asked = 0, with_rows = 0;
  for (const model::SqlFile& model : graph_.models) {
    const std::string rows = "(" + model.body + ")";
    if (model.Field("build") == "temp") run("create temp table " + model.name + " as " + model.body);
    if (model.Field("build") == "replace") {
      const std::string there = "(from " + model.name + ")";
      EXPECT_EQ(Number("select count(*) from ((from " + rows + " except all " + there + ") union all (" +
                       there + " except all from " + rows + ")) t"),
                0)
          << model.name;
      if (Number("select count(*) from " + model.name) > 0) ++with_rows;
    } else {
      EXPECT_EQ(Number("select count(*) from " + rows + " t"), 0) << model.name;
    }
    ++asked;
  }
  EXPECT_GT(asked, 60);
  EXPECT_GT(with_rows, 3) << "of those that are made as a whole";
}

}  // namespace
}  // namespace earprint::app
