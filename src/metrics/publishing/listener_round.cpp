#include "metrics/publishing/listener_round.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace earprint::metrics::publishing {

namespace {

std::string HashOf(const std::string& text) {
  std::string name;
  base::AppendHex(base::HashBytes(text).high, 16, name);
  return name;
}

}  // namespace

void ListenerRound::Take(const std::vector<ports::StoredListener>& part) {
  const bool is_first = after_.empty(), is_last = part.size() < kPartMax;
  if (is_first) {
    begun_.clear();
    is_all_ = is_last;
    names_.clear();
    for (const ports::StoredListener& each : part) names_.push_back(each.listener);
    std::ranges::sort(names_);
  }
  std::string all = begun_;
  for (const ports::StoredListener& each : part) all += each.listener + '\x1f' + each.data_version + '\n';
  begun_ = HashOf(all);
  // Of one listener it is that of the answers, so that who is told it knows whether an answer is of it.
  if (is_last) whole_ = is_first && part.size() == 1 ? part.front().data_version : begun_;
  after_ = is_last ? "" : part.back().listener;
}

SeenListeners ListenerRound::Seen() const {
  return {names_, is_all_, is_all_ ? whole_ : HashOf(whole_ + '#' + std::to_string(changes_))};
}

}  // namespace earprint::metrics::publishing
