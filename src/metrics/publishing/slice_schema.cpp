#include "metrics/publishing/slice_schema.hpp"

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <utility>

namespace earprint::metrics::publishing {

namespace {

constexpr std::int64_t kGroupPlaysMax = 200'000;  // some tens of MB

/// An engine whose sessions look for tables in one schema.
class SchemaEngine final : public ports::QueryEngine {
 public:
  SchemaEngine(ports::QueryEngine& engine, std::string schema)
      : engine_(engine), schema_(std::move(schema)) {}
  base::Result<std::unique_ptr<ports::QuerySession>> Connect() override {
    auto session = engine_.Connect();
    if (!session) return session;
    if (auto used = (*session)->Query("use " + schema_); !used) return std::unexpected(used.error());
    return session;
  }

 private:
  ports::QueryEngine& engine_;
  std::string schema_;
};

}  // namespace

SliceSchema::SliceSchema(ports::QueryEngine& engine) : engine_(engine) {
  static std::atomic<int> made = 0;
  schema_ = fmt::format("slices.s{}", ++made);
  view_ = std::make_unique<SchemaEngine>(engine_, schema_);
}

SliceSchema::~SliceSchema() {
  if (auto session = engine_.Connect()) {
    (void)(*session)->Query("drop schema if exists " + schema_ + " cascade");
  }
}

base::Result<std::unique_ptr<SliceSchema>> SliceSchema::Copy(ports::QueryEngine& engine,
                                                             const std::string& prelude,
                                                             std::span<const std::string> listeners) {
  std::unique_ptr<SliceSchema> copy(new SliceSchema(engine));
  if (auto copied = copy->CopyRows(prelude, listeners); !copied) return std::unexpected(copied.error());
  return copy;
}

base::Result<void> SliceSchema::CopyRows(const std::string& prelude, std::span<const std::string> listeners) {
  auto session = engine_.Connect();
  if (!session) return std::unexpected(session.error());
  if (auto begun = (*session)->Query(prelude + "; begin"); !begun) return std::unexpected(begun.error());
  auto tables = FindSliceTables(**session);
  if (!tables) return std::unexpected(tables.error());
  tables_ = std::move(*tables);
  if (auto prepared = PrepareSlice(**session, tables_, listeners); !prepared) return prepared;
  std::string sql = fmt::format("create schema {};", schema_);
  for (const SliceTable& table : tables_)
    sql += fmt::format("create table {}.{} as {};", schema_, table.name, SliceRowsSql(table, listeners));
  // With the rows, so that a copy may be made of the copy.
  sql += fmt::format(
      "create table {}.warehouse_state as select key, value from warehouse_state where key = 'data_version';",
      schema_);
  auto copied = (*session)->Query(sql + "select value from warehouse_state where key = 'data_version'");
  if (!copied) return std::unexpected(copied.error());
  if (!copied->rows.empty()) data_version_ = std::get<std::string>(copied->rows[0][0]);
  if (auto done = (*session)->Query("commit"); !done) return std::unexpected(done.error());
  return {};
}

base::Result<std::vector<std::vector<std::string>>> GroupForCopies(ports::QueryEngine& engine,
                                                                   std::span<const std::string> listeners) {
  auto session = engine.Connect();
  if (!session) return std::unexpected(session.error());
  auto counted = (*session)->Query(
      "select c.listener, p.plays from (select distinct listener, listener_key from silver_context) c join "
      "(select listener_key, count(*) as plays from silver_play group by listener_key) p on p.listener_key = "
      "c.listener_key");
  if (!counted) return std::unexpected(counted.error());
  std::map<std::string, std::int64_t> plays_of;
  for (const auto& row : counted->rows)
    plays_of[std::get<std::string>(row[0])] = std::get<std::int64_t>(row[1]);
  std::vector<std::vector<std::string>> groups;
  std::int64_t plays = 0;
  for (const std::string& listener : listeners) {
    const std::int64_t own = plays_of[listener];
    if (groups.empty() || plays + own > kGroupPlaysMax) {
      groups.emplace_back();
      plays = 0;
    }
    groups.back().push_back(listener);
    plays += own;
  }
  return groups;
}

}  // namespace earprint::metrics::publishing
