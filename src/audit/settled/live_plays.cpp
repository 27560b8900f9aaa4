// Spotify's list of recent plays and looks at the player, settled by the rules of
// docs/decisions/20261123_live_plays.md.
#include <algorithm>
#include <cstdlib>
#include <map>

#include "audit/settled/settled_plays.hpp"

namespace earprint::audit {

namespace {

constexpr std::int64_t kNearMs = 15'000, kPausedMs = 2'000, kShownMs = 5'000, kExactMs = 1'500;
constexpr std::int64_t kFarMs = 60'000;

/// What the player showed, and which stamp it was found to be.
struct PlayerPlay {
  const LiveEvent* event = nullptr;
  std::uint32_t track = kNone;
  std::int64_t ended_at_ms = 0, ended_precision_ms = 0;
  std::size_t stamp = SIZE_MAX;  ///< place in Listened::stamps
};

/// An entry of the list of recent plays.
struct Stamp {
  const LiveEvent* event = nullptr;
  std::uint32_t track = kNone;
  std::size_t player = SIZE_MAX;
  std::int64_t known_end_ms = 0, known_start_ms = 0;
  std::optional<std::int64_t> end_before_ms, start_after_ms;
};

/// One listener's live statements while they are settled.
class LiveDesk {
 public:
  LiveDesk(const LakeEvents& lake, const std::vector<LiveEvent>& live) : lake_(lake) {
    for (const LiveEvent& event : live) {
      const std::uint32_t track = lake.spellings[event.spelling].track;
      if (event.is_player) {
        players_.push_back({.event = &event, .track = track});
      } else {
        stamps_.push_back({.event = &event, .track = track});
      }
    }
    std::ranges::sort(stamps_, {}, [](const Stamp& stamp) {
      return std::tuple(stamp.event->ended_at_ms, stamp.event->twin, stamp.event->id.identity);
    });
    std::ranges::sort(players_, {}, [](const PlayerPlay& player) { return player.event->began_at_ms; });
  }

  SettledLive Settle() {
    for (std::size_t i = 0; i < players_.size(); ++i) AddCandidates(i);
    for (const Pairing& pair : ChooseEachOther(suitors_, players_.size(), stamps_.size())) {
      players_[pair.left].stamp = pair.right;
      stamps_[pair.right].player = pair.left;
      is_start_.emplace(pair.left, suitors_[pair.candidate].is_start == 1);
    }
    suitors_of_.resize(stamps_.size());
    for (std::size_t i = 0; i < suitors_.size(); ++i) suitors_of_[suitors_[i].right].push_back(i);
    DecidePlayers();
    PlaceStamps();
    SettledLive settled;
    for (const PlayerPlay& player : players_) {
      settled.plays.push_back(Made(*player.event, player.ended_at_ms, player.event->played_ms,
                                   player.ended_precision_ms, kByPlayer));
      settled.plays.back().is_listed = player.stamp != SIZE_MAX;
      settled.play_of[{true, player.event->id.identity}] = player.event->id.identity;
    }
    for (std::size_t i = 0; i < stamps_.size(); ++i) {
      const Stamp& stamp = stamps_[i];
      const auto taker = TakerOf(i);
      settled.play_of[{false, stamp.event->id.identity}] = taker.value_or(stamp.event->id.identity);
      if (taker) continue;
      const std::int64_t length_ms = stamp.event->played_ms;
      const std::int64_t end_ms = stamp.event->ended_at_ms + (IsStart(stamp) ? length_ms : 0);
      settled.plays.push_back(Made(*stamp.event, end_ms, length_ms, length_ms, kByRecent));
    }
    return settled;
  }

 private:
  LivePlay Made(const LiveEvent& event, std::int64_t end_ms, std::int64_t played_ms,
                std::int64_t precision_ms, int told_by) const {
    LivePlay play;
    play.id = event.id;
    play.spelling = event.spelling;
    play.circumstances = event.circumstances;
    play.ended_at_ms = end_ms;
    play.played_ms = played_ms;
    play.is_track = lake_.texts.Or(lake_.spellings[event.spelling].kind) == "track";
    play.is_skipped = IsSkipped(lake_, lake_.circumstances[event.circumstances]);
    play.is_estimated = told_by == kByRecent;
    play.told_by = told_by;
    play.precision_ms = event.precision_ms;
    play.ended_precision_ms = precision_ms;
    return play;
  }

  /// Stamps that may tell of what the player showed.
  void AddCandidates(std::size_t at) {
    const LiveEvent& p = *players_[at].event;
    const std::int64_t first_ms = std::min(p.began_at_ms - kNearMs, p.looked_before_ms - kPausedMs);
    const auto ended_at = [](const Stamp& stamp) { return stamp.event->ended_at_ms; };
    for (auto stamp = std::ranges::lower_bound(stamps_, first_ms, {}, ended_at);
         stamp != stamps_.end() && ended_at(*stamp) <= p.looked_after_ms + kNearMs; ++stamp) {
      if (stamp->track == players_[at].track) Weigh(at, static_cast<std::size_t>(stamp - stamps_.begin()));
    }
  }

  void Weigh(std::size_t player, std::size_t stamp) {
    const LiveEvent& p = *players_[player].event;
    const LiveEvent& r = *stamps_[stamp].event;
    const std::int64_t at_ms = r.ended_at_ms;
    const bool is_start = at_ms < p.last_seen_ms - kNearMs || at_ms > p.looked_after_ms + kNearMs;
    const bool is_far = p.looked_after_ms - p.last_seen_ms > kFarMs;
    const bool has_time_before =
        p.began_at_ms - p.looked_before_ms >= r.played_ms - kShownMs &&
        !IsAnotherBetween(stamps_[stamp].track, at_ms - r.played_ms + kShownMs, at_ms);
    const std::int64_t from_start_ms = std::abs(at_ms - p.began_at_ms);
    const bool is_near_start = from_start_ms <= kNearMs;
    if (is_start) {
      const bool may_have_paused = at_ms >= p.looked_before_ms - kPausedMs && at_ms < p.began_at_ms;
      const bool is_shown_before = r.shown_at_ms > 0 && p.last_seen_ms > r.shown_at_ms + kShownMs;
      if (!is_near_start && !may_have_paused) return;
      const bool is_broken_off = p.is_skipped && r.played_ms - p.played_ms > kNearMs;
      if (is_shown_before || (is_broken_off && has_time_before)) return;
    }
    const std::int64_t from_ms = !is_start       ? p.last_seen_ms + kNearMs
                                 : is_near_start ? at_ms
                                                 : at_ms + kNearMs;
    const std::int64_t to_ms = !is_start ? at_ms - kNearMs : is_near_start ? at_ms : p.began_at_ms;
    if (IsAnotherBetween(stamps_[stamp].track, from_ms, to_ms)) return;
    Suitor suitor{.left = static_cast<std::uint32_t>(player), .right = static_cast<std::uint32_t>(stamp)};
    suitor.is_start = is_start ? 1 : 0;
    suitor.doubt = is_start ? (has_time_before ? 2 : 0) : (is_far ? 1 : 0);
    suitor.gap_ms = is_start ? from_start_ms : std::abs(at_ms - (is_far ? p.last_seen_ms : p.ended_at_ms));
    suitor.left_id = p.id.identity;
    suitor.right_id = r.id.identity;
    suitors_.push_back(suitor);
  }

  /// Whether the list has another track's stamp strictly between two instants.
  bool IsAnotherBetween(std::uint32_t track, std::int64_t from_ms, std::int64_t to_ms) const {
    auto stamp = std::ranges::upper_bound(stamps_, from_ms, {},
                                          [](const Stamp& each) { return each.event->ended_at_ms; });
    for (; stamp != stamps_.end() && stamp->event->ended_at_ms < to_ms; ++stamp) {
      if (stamp->track != track) return true;
    }
    return false;
  }

  void DecidePlayers() {
    for (std::size_t i = 0; i < players_.size(); ++i) {
      PlayerPlay& player = players_[i];
      const LiveEvent& p = *player.event;
      player.ended_at_ms = p.ended_at_ms;
      player.ended_precision_ms = std::max(p.precision_ms, p.looked_after_ms - p.ended_at_ms);
      if (player.stamp == SIZE_MAX) unmatched_.push_back(i);
      const auto matched = is_start_.find(i);
      if (matched == is_start_.end() || matched->second) continue;
      player.ended_at_ms = stamps_[player.stamp].event->ended_at_ms;
      player.ended_precision_ms = 1'000;
    }
  }

  /// When each stamp's play began and ended as far as is known, and what lies on either side of it.
  void PlaceStamps() {
    for (Stamp& stamp : stamps_) {
      const LiveEvent& r = *stamp.event;
      stamp.known_end_ms = r.ended_at_ms;
      stamp.known_start_ms = r.ended_at_ms - r.played_ms;
      if (stamp.player == SIZE_MAX) continue;
      const PlayerPlay& player = players_[stamp.player];
      const bool is_far = player.event->looked_after_ms - player.event->last_seen_ms > kFarMs;
      stamp.known_end_ms =
          is_far && player.ended_at_ms != r.ended_at_ms ? player.event->last_seen_ms : player.ended_at_ms;
      stamp.known_start_ms = player.event->began_at_ms;
    }
    for (std::size_t i = 0; i < stamps_.size(); ++i) {
      if (i > 0) stamps_[i].end_before_ms = stamps_[i - 1].known_end_ms;
      if (i + 1 < stamps_.size()) stamps_[i].start_after_ms = stamps_[i + 1].known_start_ms;
    }
    std::int64_t latest_ms = INT64_MIN;
    for (const PlayerPlay& player : players_)
      ends_upto_.push_back(latest_ms = std::max(latest_ms, player.event->ended_at_ms));
  }

  /// Calls `take` with what the player showed that began before one instant and ended after another.
  template <typename Take>
  void ForPlayersWithin(std::int64_t began_before_ms, std::int64_t ended_after_ms, Take take) const {
    const auto after = std::ranges::lower_bound(
        players_, began_before_ms, {}, [](const PlayerPlay& player) { return player.event->began_at_ms; });
    for (auto i = static_cast<std::size_t>(after - players_.begin());
         i-- > 0 && ends_upto_[i] > ended_after_ms;) {
      if (players_[i].event->ended_at_ms > ended_after_ms) take(players_[i]);
    }
  }

  /// The play that a stamp is one of; nothing where it is one by itself. It is that of the player's that it
  /// was found to be; else an unmatched one within which it lies; else an unmatched one that could have had
  /// the stamp which a play took that this stamp could tell of. Of several the smallest identity.
  std::optional<std::uint64_t> TakerOf(std::size_t at) const {
    const Stamp& stamp = stamps_[at];
    if (stamp.player != SIZE_MAX) return players_[stamp.player].event->id.identity;
    std::optional<std::uint64_t> taker;
    const auto offer = [&taker](const PlayerPlay& player) {
      taker = std::min(taker.value_or(UINT64_MAX), player.event->id.identity);
    };
    const std::int64_t at_ms = stamp.event->ended_at_ms, shown_ms = stamp.event->shown_at_ms;
    for (const std::size_t each : unmatched_) {
      const PlayerPlay& player = players_[each];
      const LiveEvent& p = *player.event;
      if (player.track == stamp.track && p.began_at_ms + kNearMs < at_ms &&
          p.last_seen_ms - kNearMs > at_ms && (shown_ms == 0 || p.last_seen_ms <= shown_ms + kShownMs)) {
        offer(player);
      }
    }
    if (taker) return taker;
    for (const std::size_t own : suitors_of_[at]) {
      const std::size_t taken = players_[suitors_[own].left].stamp;
      if (taken == SIZE_MAX) continue;
      for (const std::size_t other : suitors_of_[taken]) {
        const PlayerPlay& player = players_[suitors_[other].left];
        if (player.stamp == SIZE_MAX) offer(player);
      }
    }
    return taker;
  }

  bool IsStart(const Stamp& stamp) const {
    const LiveEvent& r = *stamp.event;
    const std::int64_t at_ms = r.ended_at_ms, length_ms = r.played_ms;
    if (r.shown_at_ms > 0 && at_ms + length_ms > r.shown_at_ms + kShownMs) return false;
    bool as_end = false, as_start = false;
    ForPlayersWithin(at_ms + length_ms, at_ms - length_ms, [&](const PlayerPlay& player) {
      const std::int64_t began_ms = player.event->began_at_ms, seen_ms = player.event->last_seen_ms;
      as_end = as_end || std::min(seen_ms, at_ms) - std::max(began_ms, at_ms - length_ms) > kNearMs;
      as_start = as_start || std::min(seen_ms, at_ms + length_ms) - std::max(began_ms, at_ms) > kNearMs;
    });
    if (as_start != as_end) return as_end;
    const auto& before_ms = stamp.end_before_ms;
    const auto& after_ms = stamp.start_after_ms;
    if (before_ms && std::abs(at_ms - length_ms - *before_ms) <= kExactMs) return false;
    const bool fits_not_before = before_ms && at_ms - *before_ms < length_ms - kShownMs;
    const bool fits_after = !after_ms || *after_ms - at_ms >= length_ms - kShownMs;
    const bool fits_exactly_after = after_ms && std::abs(*after_ms - at_ms - length_ms) <= kExactMs;
    return (fits_not_before && fits_after) || fits_exactly_after;
  }

  const LakeEvents& lake_;
  std::vector<PlayerPlay> players_;  ///< by their beginning
  std::vector<Stamp> stamps_;        ///< by stamp
  std::vector<Suitor> suitors_;
  std::vector<std::vector<std::size_t>> suitors_of_;  ///< each stamp's
  std::vector<std::size_t> unmatched_;                ///< of players_
  std::map<std::size_t, bool> is_start_;              ///< of matched plays
  std::vector<std::int64_t> ends_upto_;               ///< the latest end among the first ones of players_
};

}  // namespace

SettledLive SettleLive(const LakeEvents& lake, std::vector<LiveEvent> live) {
  // Of statements of one source and identity, which differ in circumstances only, the first by details.
  const auto id_of = [](const LiveEvent& event) {
    return std::tuple(event.is_player, event.id.identity, event.id.details);
  };
  std::ranges::sort(live, {}, id_of);
  const auto twice = std::ranges::unique(
      live, {}, [](const LiveEvent& event) { return std::pair(event.is_player, event.id.identity); });
  live.erase(twice.begin(), twice.end());
  return LiveDesk(lake, live).Settle();
}

}  // namespace earprint::audit
