#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/pipeline.hpp"
#include "tests/support/fixed_clock.hpp"

namespace earprint::testing {

/// One row for each silver table: how many rows, and a sum over all cells that no order of rows changes.
inline std::string SilverFingerprint(app::Pipeline& pipeline) {
  auto session = pipeline.engine().Connect();
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
        "bigint)), 0) as varchar) from " +
        name + " t");
    EXPECT_TRUE(sum) << sum.error().Text();
    fingerprint += name + " " + std::to_string(std::get<std::int64_t>(sum->rows[0][0])) + " " +
                   std::get<std::string>(sum->rows[0][1]) + "\n";
  }
  return fingerprint;
}

inline std::unique_ptr<app::Pipeline> OpenAt(const std::string& path) {
  static const FixedClock clock;
  auto pipeline = app::Pipeline::Open({path}, clock);
  EXPECT_TRUE(pipeline) << pipeline.error().Text();
  return pipeline ? std::move(*pipeline) : nullptr;
}

inline ports::ImportSummary MustImport(app::Pipeline& pipeline, const std::vector<std::string>& paths) {
  auto summary = pipeline.Import({.paths = paths}, {});
  EXPECT_TRUE(summary) << summary.error().Text();
  return summary ? *summary : ports::ImportSummary{};
}

}  // namespace earprint::testing
