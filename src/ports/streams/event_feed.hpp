#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/event.hpp"

namespace earprint::ports {

/// One share of a type's events on a log that many read together. Who holds a share reads it alone.
struct FeedShare {
  model::EventType type = model::EventType::kPlay;
  std::int32_t number = 0;
  auto operator<=>(const FeedShare&) const = default;
};

/// How far each share was read: the offset of the event that comes next.
using FeedPlaces = std::map<FeedShare, std::int64_t>;

/// How far a sink knows itself to have been brought.
struct SinkPlaces {
  /// These alone count, whatever a group has committed, so that a sink that was put back to yesterday's copy
  /// goes on from yesterday.
  FeedPlaces next;
  /// A share that is not among them was never read. Else it is the group's to say.
  bool is_whole = false;
};

/// Where one message stands in FedBatch::bytes; nothing is known yet of what is in it.
struct FedMessage {
  FeedShare share;
  std::int64_t offset = 0;
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  std::uint32_t key_size = 0;  ///< the key stands right before the message
};

/// A stretch of what the reader's shares hold, each share's in order.
struct FedBatch {
  std::string bytes;
  std::vector<FedMessage> messages;
  FeedPlaces next;           ///< of the shares that have messages here
  std::uint64_t behind = 0;  ///< offsets that the log is known to have beyond these, in the reader's shares
  bool at_end = false;       ///< the reader holds shares, and there was nothing more in any of them
};

/// How much one Read may bring, and how long it may take.
struct FeedLimits {
  std::size_t messages_max = 200'000;
  /// No more than librdkafka fetches ahead, so that the next is there when a sink has taken one; and memory
  /// that is used again.
  std::size_t bytes_max = 16U << 20;
  std::chrono::milliseconds wait{500};      ///< for the first message
  std::chrono::milliseconds gather{2'000};  ///< for all of them
  std::function<void()> before_leaving;     ///< called before a share is let go, whose next holder reads on
};

/// What a feed tells of itself.
struct FeedFigures {
  std::map<FeedShare, std::int64_t> lag;  ///< events behind the end, of each share held; -1: not known yet
  std::uint64_t messages = 0, bytes = 0;
  std::uint64_t rebalances = 0, commits = 0, commits_failed = 0, errors = 0;
  std::uint64_t skipped = 0;     ///< events that the log removed before they were read here
  std::uint64_t begun_anew = 0;  ///< shares that the log made anew, read from their beginning
  std::string last_error;        ///< in the log's words, without secrets
};

/// The reading end of a log that many readers share: each event type is cut into shares, each share is held
/// by one reader of a group at a time.
///
/// Shape:   a new holder goes on where the last one has committed; so what was read and not committed comes
///          again, to whoever holds the share then. Shares come and go inside Read only.
/// Effects: one thread reads; Figures may be called from any.
class EventFeed {
 public:
  virtual ~EventFeed() = default;

  /// What comes next; nothing where nothing came in time. The messages of a share that was taken away are
  /// not in it. Errors: kUnauthorized the log refuses the reader · kRetryLater the log is broken for good for
  /// this reader: open another · kConflict the log no longer has what comes next: open another, which goes on
  /// with what there is. A log that is away for a while is no error: nothing comes.
  virtual base::Result<FedBatch> Read(const FeedLimits& limits) = 0;

  /// Tells the log that everything before these places is kept. Errors: kConflict a share is another's by
  /// now; nothing is lost, its holder reads again what was not committed · kRetryLater the log could not be
  /// told.
  virtual base::Result<void> Commit(const FeedPlaces& places) = 0;

  /// A share in words, for whoever looks for a message: "earprint.play/3".
  virtual std::string NameOf(const FeedShare& share) const = 0;

  virtual FeedFigures Figures() const = 0;
};

}  // namespace earprint::ports
