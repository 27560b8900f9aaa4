#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// A numbered change of the schema; a number is never used twice.
struct PostgresMigration {
  int number = 0;
  std::string name, sql;
};

struct PostgresOptions {
  std::string url;  ///< postgresql://…, as libpq reads it
  std::vector<PostgresMigration> migrations;
  /// Until a server that is reachable and answers nothing counts as away.
  std::chrono::milliseconds silence_max{120'000};
};

/// PostgreSQL 13 or later: one transaction a change, into the schema `earprint`.
///
/// Effects: connects when it is first asked, and anew after a connection was lost. The schema is made or
///          brought up to date before the first change; a store that was never published to is empty to those
///          who read.
/// Source: docs/stores.md
std::unique_ptr<ports::MetricStore> MakePostgresMetricStore(PostgresOptions options);

/// The URL without its password, for people.
std::string PostgresPlace(const std::string& url);

}  // namespace earprint::adapters
