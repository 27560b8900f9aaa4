// Which live plays an export tells too, by the rules of docs/reconciliation.md.
#include <algorithm>
#include <set>
#include <tuple>

#include "audit/settled/settled_plays.hpp"

namespace earprint::audit {

namespace {

constexpr std::int64_t kApartMs = 90'000, kStartMs = 15'000, kPauseMs = 3'600'000;
constexpr std::int64_t kFarMs = 16 * 86'400'000LL;  // no play lasts that long

/// An export's play under one of the names that it has.
struct NamedExport {
  std::uint64_t identity = 0;
  std::uint32_t names = kNone;
  std::int64_t ended_at_ms = 0, precision_ms = 0, from_ms = 0;
};

/// A play of either side, by the time in which it may have been.
struct ChainLink {
  std::uint32_t names = kNone;
  std::int64_t from_ms = 0, to_ms = 0, ended_at_ms = 0;
  bool is_live = false;
  std::uint64_t id = 0;
};

class ToldDesk {
 public:
  ToldDesk(const LakeEvents& lake, const std::vector<LivePlay>& plays, const std::vector<PlayEvent>& exports,
           const MinuteRows& minutes)
      : lake_(lake), plays_(plays) {
    std::int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
    for (const LivePlay& play : plays) {
      first_ms = std::min(first_ms, play.ended_at_ms - kFarMs);
      last_ms = std::max(last_ms, play.ended_at_ms + kFarMs);
    }
    for (const PlayEvent& event : exports) {
      if (event.ended_at_ms < first_ms || event.ended_at_ms > last_ms) continue;
      if (!minutes.contains(event.id.identity)) exports_.push_back(&event);
    }
    NameExports();
  }

  void PairNear() {
    std::map<std::uint64_t, std::uint32_t> numbers;
    std::vector<std::uint64_t> ids;
    std::multimap<std::uint32_t, const PlayEvent*> by_track, by_names;
    for (const PlayEvent* event : exports_) {
      if (numbers.emplace(event->id.identity, static_cast<std::uint32_t>(ids.size())).second)
        ids.push_back(event->id.identity);
      by_track.emplace(lake_.spellings[event->spelling].track, event);
      by_names.emplace(lake_.spellings[event->spelling].names, event);
    }
    std::set<std::pair<std::uint32_t, std::uint32_t>> met;  // found in both ways it is one pair
    std::vector<Suitor> suitors;
    for (std::uint32_t i = 0; i < plays_.size(); ++i) {
      const auto add = [&](const auto& range) {
        for (auto each = range.first; each != range.second; ++each) {
          const PlayEvent& told = *each->second;
          const std::int64_t gap_ms = std::abs(told.ended_at_ms - plays_[i].ended_at_ms);
          if (gap_ms > kApartMs + told.precision_ms + plays_[i].ended_precision_ms) continue;
          const std::uint32_t no = numbers.at(told.id.identity);
          if (!met.emplace(i, no).second) continue;
          suitors.push_back({.left = i,
                             .right = no,
                             .gap_ms = gap_ms,
                             .left_id = plays_[i].id.identity,
                             .right_id = told.id.identity});
        }
      };
      add(by_track.equal_range(lake_.spellings[plays_[i].spelling].track));
      add(by_names.equal_range(lake_.spellings[plays_[i].spelling].names));
    }
    for (const Pairing& pair : ChooseEachOther(suitors, plays_.size(), ids.size()))
      Pair(plays_[pair.left].id.identity, ids[pair.right]);
  }

  /// Plays of one track whose times touch: what is left over on both sides is paired in order.
  void PairChains() {
    FindChains();
    const std::set<std::uint64_t> taken = exports_taken_;
    const auto early = pairs_;
    for (const auto& chain : chains_) {
      InOrder live, exports;
      for (const ChainLink& link : chain) {
        if (link.is_live ? early.contains(link.id) : taken.contains(link.id)) continue;
        (link.is_live ? live : exports).emplace(link.ended_at_ms, link.id);
      }
      PairInOrder(live, exports);
    }
  }

  /// An entry of the list that is left over belongs to a play of its chain that was only seen at the player.
  void PairEntriesWithSeen() {
    std::map<std::uint64_t, const LivePlay*> by_id;
    for (const LivePlay& play : plays_) by_id[play.id.identity] = &play;
    std::set<std::uint64_t> seen;  // exports' plays
    for (const auto& [play, told] : pairs_) {
      const LivePlay& live = *by_id.at(play);
      if (live.told_by == kByPlayer && !live.is_listed) seen.insert(told);
    }
    const auto early = pairs_;
    for (const auto& chain : chains_) {
      InOrder entries, exports;
      for (const ChainLink& link : chain) {
        if (link.is_live && by_id.at(link.id)->told_by == kByRecent && !early.contains(link.id))
          entries.emplace(link.ended_at_ms, link.id);
        if (!link.is_live && seen.contains(link.id)) exports.emplace(link.ended_at_ms, link.id);
      }
      PairInOrder(entries, exports);
    }
  }

  std::map<std::uint64_t, std::uint64_t> Take() { return std::move(pairs_); }

 private:
  using InOrder = std::set<std::pair<std::int64_t, std::uint64_t>>;  // by end

  void PairInOrder(const InOrder& live, const InOrder& exports) {
    for (auto l = live.begin(), e = exports.begin(); l != live.end() && e != exports.end(); ++l, ++e)
      Pair(l->second, e->second);
  }

  void FindChains() {
    std::vector<ChainLink> links;
    for (const LivePlay& play : plays_) {
      const std::int64_t open_ms = play.ended_precision_ms + kApartMs;
      links.push_back({NamesOf(play), play.ended_at_ms - open_ms, play.ended_at_ms + open_ms,
                       play.ended_at_ms, true, play.id.identity});
    }
    for (const NamedExport& told : named_) {
      const std::int64_t open_ms = told.precision_ms + kApartMs;
      links.push_back({told.names, std::min(told.from_ms - kStartMs, told.ended_at_ms - open_ms),
                       told.ended_at_ms + open_ms, told.ended_at_ms, false, told.identity});
    }
    std::ranges::sort(links, {}, [](const ChainLink& link) {
      return std::tuple(link.names, link.from_ms, link.is_live, link.id);
    });
    std::int64_t to_ms = 0;
    for (const ChainLink& link : links) {
      const bool is_on =
          !chains_.empty() && chains_.back().back().names == link.names && link.from_ms <= to_ms;
      if (!is_on) chains_.emplace_back();
      to_ms = is_on ? std::max(to_ms, link.to_ms) : link.to_ms;
      chains_.back().push_back(link);
    }
  }

  std::uint32_t NamesOf(const Play& play) const { return lake_.spellings[play.spelling].names; }

  void Pair(std::uint64_t play, std::uint64_t told) {
    pairs_.emplace(play, told);
    exports_taken_.insert(told);
  }

  /// Exports' plays, with the earliest that each may have begun: where the one before it ended.
  void NameExports() {
    std::map<std::pair<std::int64_t, std::uint64_t>, std::int64_t> by_end;  // milliseconds heard
    for (const PlayEvent* event : exports_)
      by_end[{event->ended_at_ms, event->id.identity}] = event->played_ms;
    std::map<std::uint64_t, std::int64_t> from_ms;
    std::optional<std::int64_t> end_before_ms;
    for (const auto& [end, played_ms] : by_end) {
      const std::int64_t began_ms = end.first - played_ms;
      from_ms[end.second] = std::max(began_ms - kPauseMs, end_before_ms.value_or(began_ms - kPauseMs));
      end_before_ms = end.first;
    }
    std::map<std::pair<std::uint64_t, std::uint32_t>, NamedExport> named;
    for (const PlayEvent* event : exports_) {
      const std::uint32_t names = lake_.spellings[event->spelling].names;
      NamedExport& told = named[{event->id.identity, names}];
      told = {event->id.identity, names, event->ended_at_ms, std::max(told.precision_ms, event->precision_ms),
              from_ms.at(event->id.identity)};
    }
    for (const auto& [key, told] : named) named_.push_back(told);
  }

  const LakeEvents& lake_;
  const std::vector<LivePlay>& plays_;
  std::vector<const PlayEvent*> exports_;
  std::vector<NamedExport> named_;
  std::vector<std::vector<ChainLink>> chains_;
  std::map<std::uint64_t, std::uint64_t> pairs_;  ///< of live plays
  std::set<std::uint64_t> exports_taken_;
};

}  // namespace

std::map<std::uint64_t, std::uint64_t> FindTold(const LakeEvents& lake, const std::vector<LivePlay>& plays,
                                                const std::vector<PlayEvent>& exports,
                                                const MinuteRows& minutes) {
  if (plays.empty()) return {};
  ToldDesk desk(lake, plays, exports, minutes);
  desk.PairNear();
  desk.PairChains();
  desk.PairEntriesWithSeen();
  return desk.Take();
}

}  // namespace earprint::audit
