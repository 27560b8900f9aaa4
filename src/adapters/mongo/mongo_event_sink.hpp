#pragma once

#include <memory>
#include <string>

#include "adapters/mongo/mongo_metric_store.hpp"
#include "ports/streams/event_sink.hpp"

namespace earprint::adapters {

/// MongoDB 5 or later as a place for events: `events`, whose _id is the event's, and once most members of the
/// replica set have them, `consumed_offsets`. `origin` names the log.
///
/// Effects: collections, validators and indexes are made before the first write. One thread at a time;
///          several programs may bring events at once.
/// Errors:  of each call beside its own: kCorrupt the collections are not this program's.
/// Source:  docs/stores.md
std::unique_ptr<ports::EventSink> MakeMongoEventSink(MongoOptions options, std::string origin);

}  // namespace earprint::adapters
