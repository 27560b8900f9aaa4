#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/event_batch.hpp"
#include "ports/query_engine.hpp"

namespace earprint::log {

/// The record that first told of an event; file 0: Spotify's Web API, or a file that was not noted.
struct Place {
  std::uint64_t file = 0;
  std::uint32_t row = 0;  ///< from 1
  bool operator==(const Place&) const = default;
};

/// Remembers which events and which identities are on the log, so that a fact arrives once.
///
/// Shape:  few events are looked up in the warehouse one by one; from kLookupsMax on, all that is known is
///         loaded, so that adding one play stays cheap however long the history is. The warehouse must have
///         caught up with the log before.
class KnownEvents {
 public:
  static constexpr std::size_t kLookupsMax = 2'000;

  enum class Verdict : std::uint8_t {
    kNew,        ///< tells of something not heard of before
    kRetold,     ///< tells of a known thing with other details: a further witness
    kDuplicate,  ///< word for word on the log already
  };

  /// Whether many batches are to be judged, as of a file, or a few: then only what is known of their events
  /// is loaded, however many they are, so that it costs the same in a large house.
  enum class Span : std::uint8_t { kManyBatches, kFewBatches };

  /// Of an empty log.
  KnownEvents() : complete_(true) {}
  explicit KnownEvents(ports::QuerySession& session, Span span = Span::kManyBatches)
      : session_(&session), span_(span) {}

  /// Makes ready for judging a batch. Errors: the warehouse's.
  base::Result<void> Prepare(std::span<const model::EventRef> events);

  /// Judges an event and remembers it, and where it was told if that is new. Prepare must have been called
  /// for it.
  Verdict Judge(const model::EventRef& event, const Place& place = {});

  /// Where a known event was told first.
  Place FirstToldAt(const model::EventId& id) const;

 private:
  struct IdHash {
    std::size_t operator()(const model::EventId& id) const { return id.identity ^ (id.details << 4); }
  };
  struct ShortPlace {
    std::uint32_t file_no = 0;  ///< in files_
    std::uint32_t row = 0;
  };
  using IdMap = boost::unordered_flat_map<model::EventId, ShortPlace, IdHash>;
  using IdentitySet = boost::unordered_flat_set<std::uint64_t>;

  base::Result<void> Load(const std::string& condition);
  base::Result<void> LoadThose(std::span<const model::EventRef> events);
  ShortPlace Shortened(const Place& place);

  ports::QuerySession* session_ = nullptr;
  Span span_ = Span::kManyBatches;
  IdMap ids_;
  std::vector<std::uint64_t> files_ = {0};
  IdentitySet identities_;
  std::size_t looked_up_ = 0;
  bool complete_ = false;
};

}  // namespace earprint::log
