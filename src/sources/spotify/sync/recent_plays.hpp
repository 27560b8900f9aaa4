#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "model/event_batch.hpp"
#include "sources/spotify/answers/json_fields.hpp"

namespace earprint::sources::spotify {

/// How many plays the list of recent plays shows at most, and one page of it.
inline constexpr std::size_t kRecentPlaysMax = 50;

/// Which entries of the list were taken already: how far the feed was read.
///
/// Shape:  the newest kMarksMax entries by stamp. A list that comes late or out of order is none the worse
///         for it.
/// Errors: a document that cannot be read is as none: everything is taken again, which counts nothing twice.
class RecentMark {
 public:
  static constexpr std::size_t kMarksMax = 400;

  static RecentMark FromDocument(std::string_view document);
  std::string Document() const;

  /// How many entries of a stamp, or of a stamp and an item, are known.
  std::size_t Count(std::int64_t stamp_ms, const std::string* item = nullptr) const;
  void Add(const std::string& item, std::int64_t stamp_ms);
  /// An entry that could not be read is refused once, however often the list shows it: true the first time.
  /// One whose stamp lies ahead is kept here too until it does not.
  bool AddReject(std::string_view raw);
  bool HasReject(std::string_view raw) const;
  bool IsEmpty() const { return known_.empty(); }
  /// Since when the list is read for this listener, whether anything was shown or not; 0: not told.
  std::int64_t since_ms() const { return since_ms_; }
  void BeginAt(std::int64_t at_ms) { since_ms_ = at_ms; }
  /// The first stamp after an instant; 0 when none is known.
  std::int64_t FirstAfter(std::int64_t at_ms) const;
  /// The last stamp before an instant; 0 when none is known.
  std::int64_t LastBefore(std::int64_t at_ms) const;

 private:
  std::multimap<std::int64_t, std::string> known_;  ///< by stamp
  std::deque<std::uint64_t> rejects_;               ///< hashes, the newest last
  std::int64_t since_ms_ = 0;
};

/// What a page of the list came to.
struct RecentReading {
  model::EventBatch batch;  ///< the entries that were not known, and the gap, if there is one
  RecentMark mark;          ///< to be kept once the batch is on the log, and not before
  bool has_gap = false;
};

/// Reads a page of "recently played".
///
/// Shape:   one play for each entry that the mark does not know, of source "recent", its end the stamp as
///          told and its milliseconds the track's length. A full page whose oldest entry is new, though an
///          older one is known, may have lost plays before it, also where newer ones were known: a gap from
///          the newest stamp known below it. What lies before all that was ever shown is a gap from when the
///          list began to be read; before that nobody collected.
/// Units:   shown_at_ms when the page was answered, since 1970-01-01 UTC.
/// Errors:  a reject of the whole page when it is none; an entry that cannot be read is a reject in the
///          batch.
/// Source:  the reference of the Web API, "recently played"; docs/decisions/20261123_live_plays.md
Read<RecentReading> ReadRecentPlays(const boost::json::value& page, const RecentMark& mark,
                                    std::string_view listener, std::int64_t shown_at_ms);

}  // namespace earprint::sources::spotify
