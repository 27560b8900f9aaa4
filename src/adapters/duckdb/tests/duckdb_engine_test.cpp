#include "adapters/duckdb/duckdb_engine.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace earprint::adapters {
namespace {

TEST(DuckDbEngine, GivesIntegersTextsAndNulls) {
  auto engine = DuckDbEngine::Open({});
  ASSERT_TRUE(engine) << engine.error().Text();
  auto session = (*engine)->Connect();
  ASSERT_TRUE(session);
  auto table = (*session)->Query(
      "select 7::bigint as a, 'x' as b, null::int as c, sum(x)::hugeint as d from range(4) t(x)");
  ASSERT_TRUE(table) << table.error().Text();
  ASSERT_EQ(table->rows.size(), 1U);
  EXPECT_EQ(std::get<std::int64_t>(table->rows[0][0]), 7);
  EXPECT_EQ(std::get<std::string>(table->rows[0][1]), "x");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(table->rows[0][2]));
  EXPECT_EQ(std::get<std::int64_t>(table->rows[0][3]), 6);
}

TEST(DuckDbEngine, TellsWhatSqlWasRefused) {
  auto engine = DuckDbEngine::Open({});
  ASSERT_TRUE(engine);
  auto table = (*(*engine)->Connect())->Query("select nonsense from nowhere");
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().code, base::ErrorCode::kInvalidInput);
  EXPECT_NE(table.error().cause.find("nowhere"), std::string::npos);
}

TEST(DuckDbEngine, CannotReadFilesOutsideItsFolders) {
  auto engine = DuckDbEngine::Open({});
  ASSERT_TRUE(engine);
  auto session = (*engine)->Connect();
  EXPECT_FALSE((*session)->Query("select * from read_text('/etc/hostname')"));
  EXPECT_FALSE((*session)->Query("set enable_external_access = true"));
}

TEST(DuckDbEngine, RefusesAFileThatIsNoStore) {
  const auto path = std::filesystem::temp_directory_path() / "earprint_no_store.duckdb";
  std::ofstream(path) << std::string(8192, 'x');
  auto engine = DuckDbEngine::Open({.path = path.string()});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().code, base::ErrorCode::kCorrupt);
  EXPECT_NE(engine.error().hint.find("rebuild"), std::string::npos);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace earprint::adapters
