#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/embedded_file.hpp"
#include "base/error.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::metrics::publishing {

/// A file of `sql/published`: rows that people read in a store, and the SQL that makes them.
struct PublishedRelation {
  ports::StoredRelation stored;
  std::string body;  ///< gives `part` and the columns in their order; p_listener() stands for the listener
};

/// Every one, by name. Errors: kCorrupt a header is malformed; a fault of the build.
base::Result<std::vector<PublishedRelation>> LoadPublishedRelations(
    std::span<const base::EmbeddedFile> files);

/// Columns and key with their types, as one text: another where any of them differs.
std::string ColumnsText(const ports::StoredRelation& relation);

/// The body for one listener.
std::string RelationRowsSql(const PublishedRelation& relation, const std::string& listener);

}  // namespace earprint::metrics::publishing
