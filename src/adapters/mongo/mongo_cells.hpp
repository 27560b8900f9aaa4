#pragma once

#include <bson/bson.h>

#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/answer.hpp"
#include "ports/stores/metric_store.hpp"

namespace earprint::adapters {

/// Appends the cells of a row under their columns' names: "features.energy" as a field of an embedded
/// document. What is null is left out. Columns of a group stand together.
void AppendMongoRow(const ports::StoredRelation& relation, std::span<const ports::Cell> row,
                    bson_t* document);

/// The cells again.
std::vector<ports::Cell> ReadMongoRow(const ports::StoredRelation& relation, const bson_t* document);

/// Appends rows of an answer as an array of arrays: decimals as Decimal128, dates and instants as dates.
void AppendMongoAnswerRows(const model::Answer& answer, std::size_t first, std::size_t count,
                           bson_t* document);

/// Adds the rows of a page to an answer whose columns are known. Errors: kCorrupt.
base::Result<void> ReadMongoAnswerRows(const bson_t* document, model::Answer& answer);

}  // namespace earprint::adapters
