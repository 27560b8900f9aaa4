#include "fakes/world/listening_script.hpp"

#include <algorithm>
#include <utility>

namespace earprint::fakes {

namespace {

/// Evenly in [0, 1), the same for the same play, seed and purpose.
double Share(std::uint64_t seed, std::uint64_t purpose, std::uint64_t place) {
  std::uint64_t mixed = seed * 0x9e3779b97f4a7c15U + purpose * 0xbf58476d1ce4e5b9U + place + 1;
  for (int round = 0; round < 2; ++round) {
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    mixed ^= mixed >> 31U;
  }
  return static_cast<double>(mixed >> 11U) * 0x1.0p-53;
}

/// Ends a play at an instant that lies before its end: what is heard later did not happen.
void CutAt(ScriptPlay& play, base::UtcMs end) {
  std::int64_t paused_ms = 0;
  std::vector<ScriptPause> kept;
  for (const ScriptPause& pause : play.pauses) {
    const std::int64_t from = play.started.value + pause.at_ms + paused_ms;
    if (from >= end.value) break;
    const std::int64_t lasts_ms = std::min(pause.for_ms, end.value - from);
    kept.push_back({pause.at_ms, lasts_ms});
    paused_ms += lasts_ms;
  }
  play.pauses = std::move(kept);
  play.played_ms = std::max<std::int64_t>(0, end.value - play.started.value - paused_ms);
  play.ending = PlayEnding::kSkipped;
}

bool IsListed(const ScriptPlay& play, std::size_t place, const ShowRules& rules) {
  if (play.kind != ItemKind::kTrack) return false;  // no podcasts, ads or files of one's own
  if (play.is_private && rules.drops_private) return false;
  if (play.ending == PlayEnding::kRanOut) return true;
  return play.played_ms >= kHeardMs && Share(rules.seed, 1, place) < rules.skipped_listed_share;
}

}  // namespace

base::UtcMs ScriptPlay::Ended() const {
  std::int64_t end = started.value + played_ms;
  for (const ScriptPause& pause : pauses) end += pause.for_ms;
  return {end};
}

void ListeningScript::Add(ScriptPlay play) {
  while (!plays_.empty() && plays_.back().started >= play.started) plays_.pop_back();
  if (!plays_.empty() && plays_.back().Ended() > play.started) CutAt(plays_.back(), play.started);
  plays_.push_back(std::move(play));
}

PlayFate ListeningScript::FateOf(std::size_t place, const ShowRules& rules) const {
  const ScriptPlay& play = plays_[place];
  PlayFate fate;
  fate.is_listed = IsListed(play, place, rules);
  const bool is_start = Share(rules.seed, 2, place) < rules.start_stamped_share;
  fate.played_at = is_start ? play.started : play.Ended();
  fate.listed_from = std::max(play.Ended(), play.online_again.value_or(play.Ended()));
  fate.listed_from.value += rules.lag_ms;
  return fate;
}

std::vector<std::size_t> ListeningScript::Window(base::UtcMs now, const ShowRules& rules) const {
  std::vector<std::pair<base::UtcMs, std::size_t>> listed;
  for (std::size_t place = 0; place < plays_.size() && plays_[place].started <= now; ++place) {
    const PlayFate fate = FateOf(place, rules);
    if (fate.is_listed && fate.listed_from <= now) listed.emplace_back(fate.played_at, place);
  }
  std::sort(listed.rbegin(), listed.rend());
  if (listed.size() > kWindowPlays) listed.resize(kWindowPlays);
  std::vector<std::size_t> places;
  for (const auto& [at, place] : listed) places.push_back(place);
  return places;
}

PlayerState ListeningScript::At(base::UtcMs now) const {
  const auto after =
      std::upper_bound(plays_.begin(), plays_.end(), now,
                       [](base::UtcMs at, const ScriptPlay& play) { return at < play.started; });
  if (after == plays_.begin()) return {};
  const ScriptPlay& play = *std::prev(after);
  if (play.is_offline) return {};
  PlayerState state{&play, 0, true, play.started};
  std::int64_t paused_ms = 0;
  for (const ScriptPause& pause : play.pauses) {
    const std::int64_t from = play.started.value + pause.at_ms + paused_ms;
    if (now.value < from) break;
    if (now.value < from + pause.for_ms) {
      if (now.value >= from + kIdleAfterMs) return {};
      return {&play, pause.at_ms, false, {from}};
    }
    paused_ms += pause.for_ms;
    state.changed = {from + pause.for_ms};
  }
  if (now < play.Ended()) {
    state.progress_ms = now.value - play.started.value - paused_ms;
    return state;
  }
  if (now.value >= play.Ended().value + kIdleAfterMs) return {};
  return {&play, play.ending == PlayEnding::kRanOut ? 0 : play.played_ms, false, play.Ended()};
}

}  // namespace earprint::fakes
