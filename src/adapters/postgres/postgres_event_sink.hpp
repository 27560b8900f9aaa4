#pragma once

#include <memory>
#include <string>

#include "adapters/postgres/postgres_metric_store.hpp"
#include "ports/streams/event_sink.hpp"

namespace earprint::adapters {

/// PostgreSQL 13 or later as a place for events: earprint.events, and in the same transaction
/// earprint.consumed_offsets. `origin` names the log.
///
/// Effects: connects when it is first asked, and anew after a connection was lost. The schema is made or
///          brought up to date before. One thread at a time; several programs may bring events at once.
/// Errors:  of each call beside its own: kUnsupported a later version made the schema.
/// Source:  docs/stores.md
std::unique_ptr<ports::EventSink> MakePostgresEventSink(PostgresOptions options, std::string origin);

}  // namespace earprint::adapters
