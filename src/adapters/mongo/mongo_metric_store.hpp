#pragma once

#include <memory>
#include <string>

#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

struct MongoOptions {
  std::string url;               ///< mongodb://…/database?…; `earprint` where it names no database
  std::string collections_json;  ///< the collections with their schemas and indexes:
                                 ///< sql/stores/mongo_collections.json
  std::int64_t transaction_rows_max =
      5'000;  ///< a change of more rows is written beside the old state, and then switched to
};

/// MongoDB 5 or later, a replica set.
///
/// Shape:   documents have a listener and an epoch; readers take those of the epoch that the listener's
///          document names. A small change is one transaction within the epoch; a large one is written as a
///          new epoch, in as many transactions as it takes, and switched to in one. A large change that was
///          broken off is taken up where it ended.
/// Effects: collections, validators and indexes are made before the first change.
/// Source: docs/stores.md, docs/decisions/20261128_mongo_epochs.md
std::unique_ptr<ports::MetricStore> MakeMongoMetricStore(MongoOptions options);

/// The URL without its password, for people.
std::string MongoPlace(const std::string& url);

}  // namespace earprint::adapters
