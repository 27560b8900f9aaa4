#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/answer.hpp"
#include "ports/query_engine.hpp"

namespace earprint::ports {

/// What a column of published rows holds, and by which type a cell tells it.
enum class StoredType : std::uint8_t {
  kInteger,     ///< a whole number
  kText,        ///< a text
  kBoolean,     ///< true or false
  kInstant,     ///< a whole number: milliseconds since 1970-01-01 UTC
  kMillionths,  ///< a whole number: value x 10^6
  kTexts,       ///< several texts in one, each but the last followed by U+001F
};

struct StoredColumn {
  std::string name;  ///< "features.energy": of a group of columns
  StoredType type = StoredType::kText;
};

/// A kind of rows that a store holds for people to read.
struct StoredRelation {
  std::string name;  ///< plays, tracks, playlists, playlist_tracks
  std::vector<StoredColumn> columns;
  std::vector<std::string> key;  ///< columns that, for one listener, no two rows share
};

/// What is stored of one listener is cut in parts, so that a change sends what changed: a month of plays, a
/// sixteenth of the tracks, one answer.
struct PartName {
  std::string relation;  ///< plays, …; slice/<table>; answers
  std::string chunk;
  auto operator<=>(const PartName&) const = default;
};

/// What tells two states of a part apart, and how large it is.
struct PartPrint {
  std::string fingerprint;
  std::int64_t rows = 0;
  bool operator==(const PartPrint&) const = default;
};

using PartPrints = std::map<PartName, PartPrint>;

/// An answer as published. The key names question and listener, and is made by those who ask.
struct StoredAnswer {
  std::string key;
  std::string conditions_json;
  model::Answer answer;
};

/// What a store holds of one listener.
struct StoredListener {
  std::string listener;
  std::string data_version;  ///< empty: nothing is held
  PartPrints parts;
};

/// One listener's change on its way into a store. Dropped without Commit, it leaves what readers see as it
/// was.
class ListenerChange {
 public:
  virtual ~ListenerChange() = default;

  /// Parts that are in place already: of the state before, or of a change that was broken off and is taken up
  /// again. What is not to stay must be dropped, what differs put.
  virtual const PartPrints& Held() const = 0;

  /// Puts a part of rows in the place of the one of that name. A cell's kind is that of its column, or null.
  virtual base::Result<void> PutRows(const StoredRelation& relation, const PartName& name,
                                     const PartPrint& print, const std::vector<std::vector<Cell>>& rows) = 0;

  /// Puts bytes that a server reads, of any length.
  virtual base::Result<void> PutBytes(const PartName& name, const PartPrint& print,
                                      const std::string& bytes) = 0;

  /// Puts an answer as the part {answers, key}.
  virtual base::Result<void> PutAnswer(const PartPrint& print, const StoredAnswer& answer) = 0;

  virtual base::Result<void> Drop(const PartName& name) = 0;

  /// From here on readers see this change, all of it, under this data version.
  /// Errors: kConflict somebody else changed the listener meanwhile.
  virtual base::Result<void> Commit(const std::string& data_version) = 0;
};

/// A store outside the house that holds what is published: plays, tracks, playlists, answers, and the bytes
/// from which a server answers every other question.
///
/// Shape:   listener by listener. A reader sees of one listener either all of one data version or all of
///          another, never a mixture. What is not a listener's is not touched.
/// Errors:  of every call: kRetryLater not reachable, out of connections or of disk, and what was begun is as
///          if it never had been, or goes on where it ended · kUnauthorized credentials or rights · kCorrupt
///          the store holds what this program cannot read. A hint says what to do.
/// Effects: one thread at a time. Put again, the same part is there once. A kill at any moment leaves the
///          last committed state.
class MetricStore {
 public:
  virtual ~MetricStore() = default;

  /// Where it is, as shown to a person: no password.
  virtual std::string Place() const = 0;

  /// Ends what a thread is waiting for here, and whatever it would ask after that: it fails with kRetryLater,
  /// and the store is to be dropped. May be called by any thread; one that waits for no server does nothing.
  virtual void BreakOff() {}

  /// Everyone who is held, by name, with data versions and without parts.
  virtual base::Result<std::vector<StoredListener>> Listeners() = 0;

  /// The next of them after a name, or the first after an empty one, in an order of the store's own: fewer
  /// than asked for only where there are no more. Costs what it gives, however many there are, in a store
  /// that is to hold many.
  virtual base::Result<std::vector<StoredListener>> ListenersAfter(const std::string& name,
                                                                   std::size_t listeners_max) = 0;

  /// Those of these who are held, in no order, with data versions and without parts; costs as ListenersAfter.
  virtual base::Result<std::vector<StoredListener>> VersionsOf(const std::vector<std::string>& names) = 0;

  /// One listener's version and parts, of one moment.
  virtual base::Result<StoredListener> State(const std::string& listener) = 0;

  /// Begins a change towards these parts. Of two for one listener at a time, at most one is committed.
  virtual base::Result<std::unique_ptr<ListenerChange>> Begin(const std::string& listener,
                                                              const PartPrints& target) = 0;

  /// Removes what is held of a listener's states before the one that readers see. Done as well where there is
  /// nothing. Errors: as Forget.
  virtual base::Result<void> RemoveStatesBefore(const std::string&) { return {}; }

  /// Removes all that is held of a listener, begun changes too; done as well where there is nothing.
  /// Errors: kRetryLater the store is not there, and may come back with all that it held.
  virtual base::Result<void> Forget(const std::string& listener) = 0;

  /// An answer that is held; nothing where there is none of this key.
  virtual base::Result<std::optional<model::Answer>> FindAnswer(const std::string& listener,
                                                                const std::string& key) = 0;

  /// The bytes of a part in the state that a fingerprint names.
  /// Errors: kConflict it is no longer held, since the listener was changed or forgotten: look again.
  virtual base::Result<std::string> ReadBytes(const std::string& listener, const PartName& name,
                                              const std::string& fingerprint) = 0;

  /// All rows of a relation that readers see, in no order, one cell a column; for proofs, not for figures.
  virtual base::Result<std::vector<std::vector<Cell>>> ReadRows(const std::string& listener,
                                                                const StoredRelation& relation) = 0;
};

}  // namespace earprint::ports
