#pragma once

#include <compare>
#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "model/event_batch.hpp"
#include "model/event_line.hpp"
#include "ports/fact_sink.hpp"
#include "ports/streams/event_feed.hpp"

namespace earprint::ports {

/// A listener whose events of one type, or a part of them, are to be erased.
struct ForgottenEvents {
  std::string listener;
  model::EventType type = model::EventType::kPlay;
  model::ForgottenPart part = model::ForgottenPart::kAll;
  auto operator<=>(const ForgottenEvents&) const = default;
};

/// Where events of a shared log come to rest: the lake of one data folder, a store that many use.
///
/// Shape: an event that is there already, by its id, is taken for a duplicate: the same batch given twice, in
///        parts, or in another order, leaves the same. Several may bring events at once, each of other
///        shares.
class EventSink {
 public:
  virtual ~EventSink() = default;

  /// A name that no other sink has, kept with the data: who begins with an empty one has a new name. All who
  /// bring events to one sink share the work under it. Errors: those of the store.
  virtual base::Result<std::string> Name() = 0;

  /// How far the shares were read, as stored with the data; never further than these. Errors: those of the
  /// store.
  virtual base::Result<SinkPlaces> Places() = 0;

  /// Ends what a thread is waiting for here, and whatever it would ask after that: it fails with kRetryLater,
  /// and the sink is to be dropped. May be called by any thread; one that waits for no server does nothing.
  virtual void BreakOff() {}

  /// Bytes of the largest event that it can hold.
  virtual std::size_t EventBytesMax() const = 0;

  /// Keeps events that were checked, and how far they reach: the events first, or both in one. When this
  /// returns, a crash loses nothing of it. A place never moves back. Errors: kRetryLater the store refuses
  /// now; the same batch may be given again · kConflict another reader brought a share further since Places
  /// was asked here: what was read of it is to be read anew, since what came before may have been erased ·
  /// kUnauthorized who writes is refused.
  virtual base::Result<TakenReport> Keep(model::EventBatch batch, const FeedPlaces& next) = 0;

  /// As Keep, where more follows at once. The events are as safe, and known where they come again; but how
  /// far they reach, and what is made of them, may wait for the next Keep, be it of nothing. A share's place
  /// is then the group's to know.
  virtual base::Result<TakenReport> Stow(model::EventBatch batch, const FeedPlaces& next) {
    return Keep(std::move(batch), next);
  }

  /// Told where shares begin that were given to who reads and of which it has no place: it may store that
  /// with the next places.
  virtual void NoteBeginnings(const FeedPlaces&) {}

  /// Forgets how far these shares were read, since the log made them anew and begins at 0 again. What they
  /// brought stays, and is known where it comes again. Errors: as Keep.
  virtual base::Result<void> BeginAnew(const std::set<FeedShare>& shares) = 0;

  /// Erases what is there of these, for good; of audio features what the listener's login brought. Done as
  /// well where nothing is there. Errors: as Keep; what was erased before a failure stays erased.
  virtual base::Result<void> Forget(const std::set<ForgottenEvents>& forgotten) = 0;
};

}  // namespace earprint::ports
