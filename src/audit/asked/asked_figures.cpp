#include "audit/asked/asked_figures.hpp"

#include <algorithm>
#include <set>

#include "audit/lake/plain_text.hpp"

namespace earprint::audit {

namespace {

bool Satisfies(std::int64_t value, const model::FeatureBound& bound) {
  if (bound.comparison == "<") return value < bound.value_e6;
  if (bound.comparison == "<=") return value <= bound.value_e6;
  if (bound.comparison == ">") return value > bound.value_e6;
  return value >= bound.value_e6;
}

bool HasSound(const Truth& truth, const TrackEntry& track, const model::FeatureBound& bound) {
  if (track.feature == kNone) return false;
  for (std::size_t i = 0; i < model::kFeatureCount; ++i) {
    if (model::TraitOf(static_cast<model::Feature>(i)).name != bound.feature) continue;
    const auto& value = truth.lake.features[track.feature].e6[i];
    return value && Satisfies(*value, bound);
  }
  return false;
}

bool IsNamed(const Truth& truth, const TrackEntry& track, const std::vector<std::string>& wanted) {
  if (track.item_id != kNone && std::ranges::find(wanted, truth.lake.texts[track.item_id]) != wanted.end())
    return true;
  return IsAmong(truth, track.title, wanted);
}

bool Fits(const Truth& truth, const TrackEntry& track, const model::Conditions& c) {
  if (!c.tracks.empty() && !IsNamed(truth, track, c.tracks)) return false;
  if (!c.genres.empty() && std::ranges::none_of(track.genres, [&](std::uint32_t genre) {
        return IsAmong(truth, genre, c.genres);
      })) {
    return false;
  }
  if (c.released && (!track.release_year || *track.release_year < c.released->first ||
                     *track.release_year > c.released->second)) {
    return false;
  }
  return std::ranges::all_of(c.features,
                             [&](const model::FeatureBound& bound) { return HasSound(truth, track, bound); });
}

bool HasTraits(const model::Conditions& c) {
  return !c.tracks.empty() || !c.genres.empty() || c.released || !c.features.empty();
}

bool IsCalled(const Truth& truth, const Playlist& list, const std::vector<std::string>& wanted) {
  return IsAmong(truth, list.called, wanted) || IsAmong(truth, list.playlist_id, wanted);
}

/// Of each set of circumstances, whether they satisfy the conditions.
std::vector<char> CircumstancesThatFit(const Truth& truth, const model::Conditions& c) {
  std::vector<char> fit;
  for (const Circumstances& how : truth.lake.circumstances) {
    fit.push_back((c.sources.empty() || IsAmong(truth, how.source, c.sources)) &&
                  (c.platforms.empty() || IsAmong(truth, how.platform, c.platforms)) &&
                  (c.countries.empty() || IsAmong(truth, how.country, c.countries)) &&
                  (!c.shuffle || how.shuffle == c.shuffle) && (!c.offline || how.offline == c.offline));
  }
  return fit;
}

/// Of each artist or album, whether it is wanted; asked once each.
class WantedNames {
 public:
  WantedNames(const Truth& truth, const std::vector<std::string>& wanted) : truth_(truth), wanted_(wanted) {}
  bool Has(std::uint32_t number, std::uint32_t text) {
    if (wanted_.empty()) return true;
    if (number == kNone) return false;
    if (number >= known_.size()) known_.resize(number + 1, -1);
    if (known_[number] < 0) known_[number] = IsAmong(truth_, text, wanted_) ? 1 : 0;
    return known_[number] == 1;
  }

 private:
  const Truth& truth_;
  const std::vector<std::string>& wanted_;
  std::vector<signed char> known_;
};

bool IsHour(int hour, const std::optional<std::pair<int, int>>& hours) {
  if (!hours) return true;
  const auto [from, to] = *hours;
  return from < to ? hour >= from && hour < to : hour >= from || hour < to;
}

/// Tracks of lists that are called so, as they are now.
std::set<std::uint32_t> TracksOfLists(const Asked& asked) {
  std::set<std::uint32_t> tracks;
  for (const Playlist& list : asked.truth.playlists) {
    if (list.listener != asked.listener || !IsCalled(asked.truth, list, asked.conditions.playlists)) continue;
    for (const Stay& stay : list.stays) {
      if (!stay.valid_to_ms && stay.is_track) tracks.insert(stay.track);
    }
  }
  return tracks;
}

}  // namespace

bool IsAmong(const Truth& truth, std::uint32_t text, const std::vector<std::string>& wanted) {
  if (text == kNone) return false;
  const std::string lower = LowerText(truth.lake.texts[text]);
  return std::ranges::any_of(wanted, [&lower](const std::string& each) { return LowerText(each) == lower; });
}

std::vector<char> TracksThatFit(const Truth& truth, const model::Conditions& conditions) {
  std::vector<char> fit;
  fit.reserve(truth.tracks.size());
  const bool is_any = !HasTraits(conditions);
  for (const TrackEntry& track : truth.tracks)
    fit.push_back(is_any || (track.is_named && Fits(truth, track, conditions)));
  return fit;
}

base::Result<std::vector<ChosenPlay>> ChoosePlays(const Asked& asked, LocalClock& clock, bool is_with_lists) {
  const model::Conditions& c = asked.conditions;
  const Truth& truth = asked.truth;
  const auto fit = TracksThatFit(truth, c);
  const auto how_fit = CircumstancesThatFit(truth, c);
  WantedNames artists(truth, c.artists), albums(truth, c.albums);
  const bool is_of_lists = !c.playlists.empty() && !is_with_lists;
  const auto listed = is_of_lists ? TracksOfLists(asked) : std::set<std::uint32_t>();
  std::vector<ChosenPlay> chosen;
  std::int64_t period_day = INT64_MIN, period = 0;
  for (const Play& play : asked.who.plays) {
    if (!play.is_track || play.ended_at_ms < asked.from_ms || play.ended_at_ms >= asked.to_ms) continue;
    const Spelling& spelling = truth.SpellingOf(play);
    if (!fit[spelling.track] || !how_fit[play.circumstances]) continue;
    if (c.skipped && play.is_skipped != *c.skipped) continue;
    if (!c.plays.empty() &&
        std::ranges::find(c.plays, static_cast<std::int64_t>(play.id.identity)) == c.plays.end())
      continue;
    if (!artists.Has(spelling.artist_no, spelling.artist_no)) continue;
    if (!albums.Has(spelling.album_no, spelling.album)) continue;
    if (is_of_lists && !listed.contains(spelling.track)) continue;
    if (c.by == "recording" && !truth.tracks[spelling.track].is_named) continue;
    ChosenPlay one{.play = &play, .own_track = spelling.track, .track = spelling.track};
    if (c.by == "recording") one.track = truth.tracks[spelling.track].recording;
    one.artist = spelling.artist_no;
    one.album = spelling.album_no;
    const std::int64_t local_ms = play.ended_at_ms + clock.OffsetMs(play.ended_at_ms);
    one.day = local_ms / base::kMsPerDay;
    one.weekday = static_cast<std::int32_t>((one.day + 3) % 7 + 1);
    one.hour = static_cast<std::int32_t>(local_ms % base::kMsPerDay / (60 * base::kMsPerMinute));
    if (!IsHour(one.hour, c.hours)) continue;
    if (!c.weekdays.empty() && std::ranges::find(c.weekdays, one.weekday) == c.weekdays.end()) continue;
    if (one.day != period_day) period = PeriodOf(period_day = one.day, c.grain);
    one.period = period;
    one.is_stream = play.played_ms >= c.min_ms;
    chosen.push_back(one);
  }
  return chosen;
}

void AddLocalGaps(Asked& asked, LocalClock& clock) {
  constexpr std::int64_t kQuarterMs = 15 * base::kMsPerMinute, kHourMs = 60 * base::kMsPerMinute;
  std::map<std::int64_t, std::int64_t> by_quarter;  // of gaps that overlap, the longest in each
  for (const GapEvent& gap : asked.truth.lake.gaps) {
    if (gap.listener != asked.listener || gap.to_ms <= asked.from_ms || gap.from_ms >= asked.to_ms) continue;
    for (std::int64_t quarter = gap.from_ms / kQuarterMs; quarter <= gap.to_ms / kQuarterMs; ++quarter) {
      const std::int64_t from_ms = std::max(gap.from_ms, quarter * kQuarterMs);
      std::int64_t& known_ms = by_quarter[quarter];
      known_ms = std::max(known_ms, std::min(gap.to_ms, (quarter + 1) * kQuarterMs) - from_ms);
    }
  }
  for (const auto& [quarter, gap_ms] : by_quarter) {
    if (gap_ms <= 0) continue;
    const std::int64_t local_ms = quarter * kQuarterMs + clock.OffsetMs(quarter * kQuarterMs);
    asked.gap_ms[{local_ms / base::kMsPerDay, local_ms % base::kMsPerDay / kHourMs}] += gap_ms;
  }
}

std::vector<ChosenList> ChooseLists(const Asked& asked) {
  const model::Conditions& c = asked.conditions;
  const Truth& truth = asked.truth;
  const auto fit = TracksThatFit(truth, c);
  const bool is_at_instant = !c.to.empty();
  std::vector<ChosenList> lists;
  for (const Playlist& list : truth.playlists) {
    if (list.listener != asked.listener) continue;
    if (list.ended_at_ms && (!is_at_instant || *list.ended_at_ms < asked.to_ms)) continue;
    if (!c.playlists.empty() && !IsCalled(truth, list, c.playlists)) continue;
    std::map<std::uint32_t, std::optional<std::int64_t>> entries;
    for (const Stay& stay : list.stays) {
      const bool is_there = is_at_instant ? stay.valid_from_ms < asked.to_ms &&
                                                (!stay.valid_to_ms || *stay.valid_to_ms >= asked.to_ms)
                                          : !stay.valid_to_ms;
      if (!is_there || !stay.is_track || !fit[stay.track]) continue;
      const TrackEntry& track = truth.tracks[stay.track];
      if (!c.artists.empty() && !(track.is_named && IsAmong(truth, track.artist, c.artists))) continue;
      if (!c.albums.empty() && !(track.is_named && IsAmong(truth, track.album, c.albums))) continue;
      auto& added_ms = entries[stay.track];
      if (stay.added_at_ms && (!added_ms || *stay.added_at_ms < *added_ms)) added_ms = stay.added_at_ms;
    }
    ChosenList& chosen = lists.emplace_back(ChosenList{.list = &list, .entries = {}});
    for (const auto& [track, added_ms] : entries) chosen.entries.push_back({track, added_ms});
  }
  return lists;
}

base::Result<Asked> Choose(const Truth& truth, const std::string& listener,
                           const model::Conditions& conditions, LocalClock& clock, bool is_with_lists) {
  static const ListenerTruth kNobody;
  const auto found = truth.listeners.find(listener);
  Asked asked{.truth = truth,
              .who = found == truth.listeners.end() ? kNobody : found->second,
              .listener = truth.lake.texts.Find(listener),
              .conditions = conditions,
              .plays = {},
              .lists = {}};
  if (asked.listener == kNone) asked.listener = kNone - 1;  // nobody's, and not what is not told
  for (auto [date, instant] :
       {std::pair(&conditions.from, &asked.from_ms), std::pair(&conditions.to, &asked.to_ms)}) {
    if (date->empty()) continue;
    auto at = clock.InstantOf(*date);
    if (!at) return std::unexpected(at.error());
    *instant = *at;
  }
  auto plays = ChoosePlays(asked, clock, is_with_lists);
  if (!plays) return std::unexpected(plays.error());
  asked.plays = std::move(*plays);
  if (is_with_lists) asked.lists = ChooseLists(asked);
  AddLocalGaps(asked, clock);
  return asked;
}

}  // namespace earprint::audit
