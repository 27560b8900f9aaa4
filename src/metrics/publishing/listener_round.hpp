#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "ports/stores/metric_store.hpp"

namespace earprint::metrics::publishing {

/// Who is in a store, as it was last seen.
struct SeenListeners {
  std::vector<std::string> names;  ///< by name; of more than ListenerRound::kPartMax some
  bool is_all = true;              ///< these are all
  std::string version;             ///< changes whenever it is seen that anybody's data version has
};

/// Goes through a store's listeners part by part, round after round, so that neither what is read at a time
/// nor what is kept grows with their number.
///
/// Shape:   in: parts of kPartMax listeners, in the store's order, the last of a round shorter; out: names of
///          a round's first part, and a version. Of who fit into one part the version is as of that part, and
///          two who go through the same store have the same; of more it is as of the last whole round, and of
///          the changes that were noted since.
/// Effects: none; one thread at a time.
class ListenerRound {
 public:
  static constexpr std::size_t kPartMax = 2'000;

  /// Where the next part begins: with whoever comes after this name; empty where a round begins.
  const std::string& after() const { return after_; }

  /// Whether this part, if it is the next, is the whole round.
  bool IsWhole(const std::vector<ports::StoredListener>& part) const {
    return after_.empty() && part.size() < kPartMax;
  }

  /// Takes the next part, with the versions as of which its listeners are answered.
  void Take(const std::vector<ports::StoredListener>& part);

  /// Somebody changed, or went, who was looked at beside the round.
  void NoteChange() { ++changes_; }

  SeenListeners Seen() const;

 private:
  std::string after_;
  std::vector<std::string> names_;
  bool is_all_ = true;
  std::string begun_;  ///< hash of the parts of a round that has not ended
  std::string whole_;  ///< version as of the last round that has
  std::uint64_t changes_ = 0;
};

}  // namespace earprint::metrics::publishing
