#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "app/pipeline.hpp"
#include "tests/support/stopped_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace earprint::testing {

/// One row for each silver table: how many rows, and a sum over all cells that no order of rows changes.
/// Which load built a row is left out.
inline std::string SilverFingerprint(ports::QueryEngine& engine) {
  auto session = engine.Connect();
  EXPECT_TRUE(session);
  auto tables = (*session)->Query(
      "select table_name from information_schema.tables where table_name like 'silver%' and table_schema = "
      "'main' order by 1");
  EXPECT_TRUE(tables) << tables.error().Text();
  std::string fingerprint;
  for (const auto& row : tables->rows) {
    const std::string name = std::get<std::string>(row[0]);
    auto sum = (*session)->Query(
        "select count(*), cast(coalesce(sum(cast(('0x' || substr(md5(cast(t as varchar)), 1, 12)) as "
        "bigint)), 0) as varchar) from (select columns(c -> c <> 'load_no') from " +
        name + ") t");
    EXPECT_TRUE(sum) << sum.error().Text();
    fingerprint += name + " " + std::to_string(std::get<std::int64_t>(sum->rows[0][0])) + " " +
                   std::get<std::string>(sum->rows[0][1]) + "\n";
  }
  return fingerprint;
}
inline std::string SilverFingerprint(app::Pipeline& pipeline) { return SilverFingerprint(pipeline.engine()); }

inline std::unique_ptr<app::Pipeline> OpenAt(const std::string& path) {
  static const StoppedClock clock;
  auto pipeline = app::Pipeline::Open({path}, clock);
  EXPECT_TRUE(pipeline) << pipeline.error().Text();
  return pipeline ? std::move(*pipeline) : nullptr;
}

inline ports::ImportSummary MustImport(app::Pipeline& pipeline, const std::vector<std::string>& paths) {
  auto summary = pipeline.Import({.paths = paths}, {});
  EXPECT_TRUE(summary) << summary.error().Text();
  return summary ? *summary : ports::ImportSummary{};
}

inline std::int64_t CountPlays(app::Pipeline& pipeline, const std::string& where) {
  auto table = (*pipeline.engine().Connect())
                   ->Query(
                       "select count(*) from silver_play p join silver_context c on c.context_key = "
                       "p.context_key where " +
                       where);
  EXPECT_TRUE(table) << table.error().Text();
  return std::get<std::int64_t>(table->rows[0][0]);
}

/// Imports the sources one by one in every order, each time into a store of its own: there are that many
/// plays, and the same rows.
inline void ExpectPlaysInAnyOrder(std::vector<std::string> sources, std::int64_t plays) {
  std::ranges::sort(sources);
  std::string expected;
  do {
    const TempFolder store;
    auto pipeline = OpenAt(store / "s");
    for (const std::string& source : sources) MustImport(*pipeline, {source});
    EXPECT_EQ(CountPlays(*pipeline, "true"), plays) << "first: " << sources[0];
    const std::string fingerprint = SilverFingerprint(*pipeline);
    if (expected.empty()) expected = fingerprint;
    EXPECT_EQ(fingerprint, expected) << "first: " << sources[0];
  } while (std::ranges::next_permutation(sources).found);
}

}  // namespace earprint::testing
