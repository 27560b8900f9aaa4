#include "app/stores/store_choice.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include "adapters/duckdb/parquet_metric_store.hpp"
#include "adapters/mongo/mongo_event_sink.hpp"
#include "adapters/mongo/mongo_metric_store.hpp"
#include "adapters/postgres/postgres_event_sink.hpp"
#include "adapters/postgres/postgres_metric_store.hpp"
#include "base/embedded_file.hpp"

namespace earprint::app {

namespace {

constexpr std::string_view kParquet = "parquet:";

/// sql/stores/postgres_0001_tables.sql is migration 1, by that name.
std::vector<adapters::PostgresMigration> PostgresMigrations() {
  constexpr std::string_view kPrefix = "stores/postgres_";
  std::vector<adapters::PostgresMigration> migrations;
  for (const base::EmbeddedFile& file : base::sql_files()) {
    if (!file.path.starts_with(kPrefix)) continue;
    adapters::PostgresMigration migration{0, std::string(file.path), std::string(file.body)};
    std::from_chars(file.path.data() + kPrefix.size(), file.path.data() + file.path.size(), migration.number);
    migrations.push_back(std::move(migration));
  }
  return migrations;
}

std::string MongoCollections() {
  for (const base::EmbeddedFile& file : base::sql_files()) {
    if (file.path == "stores/mongo_collections.json") return std::string(file.body);
  }
  return {};
}

bool IsPostgres(const std::string& url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

bool IsMongo(const std::string& url) {
  return url.starts_with("mongodb://") || url.starts_with("mongodb+srv://");
}

bool IsParquet(const std::string& url) { return url.starts_with(kParquet); }

base::Failure NoSuchStore(const std::string& url) {
  return base::Fail(base::ErrorCode::kInvalidInput, "choose a store", url.substr(0, url.find(':')),
                    "there is no such kind of store", "mongodb://…, postgresql://… or parquet:folder");
}

}  // namespace

base::Result<std::unique_ptr<ports::MetricStore>> ChooseStore(const std::string& url) {
  if (IsPostgres(url)) return adapters::MakePostgresMetricStore({url, PostgresMigrations()});
  if (IsMongo(url))
    return adapters::MakeMongoMetricStore({.url = url, .collections_json = MongoCollections()});
  if (IsParquet(url) && url.size() > kParquet.size())
    return adapters::MakeParquetMetricStore(url.substr(kParquet.size()));
  return NoSuchStore(url);
}

std::string WholeStoreUrl(const std::string& url) {
  auto store = IsParquet(url) ? ChooseStore(url) : NoSuchStore(url);
  return store ? (*store)->Place() : url;
}

base::Result<std::unique_ptr<ports::EventSink>> ChooseEventSink(const std::string& url, std::string origin) {
  if (IsPostgres(url)) return adapters::MakePostgresEventSink({url, PostgresMigrations()}, std::move(origin));
  if (IsMongo(url)) {
    return adapters::MakeMongoEventSink({.url = url, .collections_json = MongoCollections()},
                                        std::move(origin));
  }
  return NoSuchStore(url);
}

}  // namespace earprint::app
