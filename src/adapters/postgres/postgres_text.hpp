#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// The column of a table that a published column becomes: "features.energy" is features_energy.
std::string PostgresColumn(const std::string& name);

/// A cell as PostgreSQL reads its column's type; nothing for null.
bool AppendPostgresText(ports::StoredType type, const ports::Cell& cell, std::string& out);

/// An expression whose text ReadPostgresText reads back.
std::string PostgresReadExpression(const ports::StoredColumn& column);
ports::Cell ReadPostgresText(ports::StoredType type, std::string_view text);

}  // namespace earprint::adapters
