#pragma once

#include <string>

#include "base/error.hpp"
#include "model/event_batch.hpp"
#include "ports/fact_sink.hpp"
#include "ports/streams/event_feed.hpp"

namespace earprint::ports {

/// Where events of a shared log come to rest: the lake of one data folder, a store that many use.
///
/// Shape: an event that is there already, by its id, is taken for a duplicate: the same batch given twice, in
///        parts, or in another order, leaves the same.
class EventSink {
 public:
  virtual ~EventSink() = default;

  /// How far the shares were read, as stored with the data; empty where the sink cannot hold both in one.
  /// Errors: those of the store.
  virtual base::Result<FeedPlaces> Places() = 0;

  /// Keeps events that were checked, and how far they reach, both or neither. When this returns, a crash
  /// loses nothing of it. Errors: kRetryLater the store refuses now; the same batch may be given again.
  virtual base::Result<TakenReport> Keep(model::EventBatch batch, const FeedPlaces& next) = 0;
};

}  // namespace earprint::ports
