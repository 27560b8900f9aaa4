#include "adapters/duckdb/duckdb_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/temp_folder.hpp"

namespace earprint::adapters {
namespace {

using ports::Cell;
using ::testing::ElementsAre;

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

TEST(DuckDbEngine, AppendsColumnsOfAnyLength) {
  auto engine = DuckDbEngine::Open({});
  ASSERT_TRUE(engine);
  auto session = *(*engine)->Connect();
  ASSERT_TRUE(session->Query("create temp table t(n bigint, s varchar)"));
  for (const std::size_t rows : {0U, 1U, 2'048U, 5'000U}) {  // the engine takes 2,048 at a time
    std::vector<std::int64_t> numbers;
    std::vector<std::optional<std::string>> texts;
    for (std::size_t i = 0; i < rows; ++i) {
      numbers.push_back(static_cast<std::int64_t>(i));
      texts.push_back(i % 3 == 0 ? std::nullopt : std::optional("text of row " + std::to_string(i)));
    }
    const std::vector<ports::AppendColumn> columns = {numbers, texts};
    ASSERT_TRUE(session->Append("t", columns));
    auto table = session->Query(
        "select count(*), count(s), count(*) filter (s <> 'text of row ' || n), count(distinct n) from t");
    ASSERT_TRUE(table) << table.error().Text();
    const auto count = static_cast<std::int64_t>(rows);
    EXPECT_THAT(table->rows[0],
                ElementsAre(Cell(count), Cell(count - (count + 2) / 3), Cell(std::int64_t{0}), Cell(count)));
    ASSERT_TRUE(session->Query("delete from t"));
  }
}

TEST(DuckDbEngine, TellsWhereRowsCouldNotBeAppended) {
  auto engine = DuckDbEngine::Open({});
  ASSERT_TRUE(engine);
  auto session = *(*engine)->Connect();
  const std::vector<ports::AppendColumn> columns = {std::vector<std::int64_t>{1}};
  const auto nowhere = session->Append("nowhere", columns);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().subject, "nowhere");
  ASSERT_TRUE(session->Query("create temp table two(a bigint, b bigint)"));
  EXPECT_FALSE(session->Append("two", columns)) << "a column is missing";
}

TEST(DuckDbEngine, CannotReadFilesOutsideItsFolders) {
  auto engine = DuckDbEngine::Open({});
  ASSERT_TRUE(engine);
  auto session = (*engine)->Connect();
  EXPECT_FALSE((*session)->Query("select * from read_text('/etc/hostname')"));
  EXPECT_FALSE((*session)->Query("set enable_external_access = true"));
  EXPECT_FALSE((*session)->Query("set allowed_directories = ['/']"));
  EXPECT_FALSE((*session)->Query("set allowed_paths = ['/etc/hostname']"));
  EXPECT_FALSE((*session)->Query("select * from read_text('/etc/hostname')"));
}

TEST(DuckDbEngine, GivesBackTheMemoryOfWhatWasReadAndReadsItAgain) {
  const testing::TempFolder folder;
  auto engine = DuckDbEngine::Open({.path = folder / "store.duckdb"});
  ASSERT_TRUE(engine) << engine.error().Text();
  auto session = (*engine)->Connect();
  ASSERT_TRUE(session);
  ASSERT_TRUE((*session)->Query(
      "create table t as select (hash(x) >> 1)::bigint as a from range(2000000) r(x); checkpoint"));
  const auto sum = [&] {
    return std::get<std::int64_t>((*session)->Query("select bit_xor(a) from t")->rows[0][0]);
  };
  const auto held_bytes = [&] {
    return std::get<std::int64_t>(
        (*session)->Query("select sum(memory_usage_bytes)::bigint from duckdb_memory()")->rows[0][0]);
  };
  const std::int64_t whole = sum();
  ASSERT_GT(held_bytes(), 8 << 20);
  (*engine)->ReleaseMemory();
  EXPECT_LT(held_bytes(), 2 << 20);
  EXPECT_EQ(sum(), whole);
  EXPECT_GT(held_bytes(), 8 << 20) << "the old bound holds again";
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
