// What a listener's corrections take out, and which tracks they make one recording. Source:
// docs/decisions/20261128_edits.md
#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "audit/lake/plain_text.hpp"
#include "audit/settled/settled_plays.hpp"
#include "audit/settled/track_book.hpp"

namespace earprint::audit {

namespace {

constexpr std::int64_t kNearMs = 90'000;

/// Whether two texts are told and the same but for case.
bool IsSame(const LakeEvents& lake, std::uint32_t left, std::uint32_t right) {
  return left != kNone && right != kNone &&
         (left == right || LowerText(lake.texts[left]) == LowerText(lake.texts[right]));
}

bool IsInSpan(const LakeEvents& lake, const EditEvent& edit, const Play& play) {
  if (play.ended_at_ms < edit.from_ms.value_or(INT64_MIN) ||
      play.ended_at_ms >= edit.to_ms.value_or(INT64_MAX))
    return false;
  const Spelling& spelling = lake.spellings[play.spelling];
  const Circumstances& how = lake.circumstances[play.circumstances];
  return (edit.artist == kNone || IsSame(lake, spelling.artist_no, edit.artist)) &&
         (edit.track == kNone || edit.track == spelling.track) &&
         (edit.platform == kNone || IsSame(lake, how.platform, edit.platform)) &&
         (edit.country == kNone || IsSame(lake, how.country, edit.country));
}

/// The play that a delete means; none where there is none near.
std::size_t NearestOf(const LakeEvents& lake, const EditEvent& edit, const std::vector<Play>& plays) {
  std::size_t nearest = SIZE_MAX;
  const std::int64_t at_ms = edit.at_ms.value_or(INT64_MIN / 2);
  const auto rank = [&](std::size_t i) {
    return std::pair(std::abs(plays[i].ended_at_ms - at_ms), plays[i].id.identity);
  };
  const auto from = std::ranges::lower_bound(plays, at_ms - kNearMs, {}, &Play::ended_at_ms);
  for (auto i = static_cast<std::size_t>(from - plays.begin());
       i < plays.size() && plays[i].ended_at_ms <= at_ms + kNearMs; ++i) {
    const Spelling& spelling = lake.spellings[plays[i].spelling];
    const bool is_meant = (edit.track != kNone && spelling.track == edit.track) ||
                          (edit.names != kNone && spelling.names == edit.names);
    if (is_meant && (nearest == SIZE_MAX || rank(i) < rank(nearest))) nearest = i;
  }
  return nearest;
}

/// Tracks that stand together, each group under its smallest member.
class Groups {
 public:
  explicit Groups(std::size_t size) : above_(size) { std::iota(above_.begin(), above_.end(), 0U); }
  std::uint32_t Of(std::uint32_t one) {
    while (above_[one] != one) one = above_[one] = above_[above_[one]];
    return one;
  }
  void Join(std::uint32_t left, std::uint32_t right) {
    left = Of(left);
    right = Of(right);
    above_[std::max(left, right)] = std::min(left, right);
  }

 private:
  std::vector<std::uint32_t> above_;
};

}  // namespace

std::vector<bool> EditsInForce(const LakeEvents& lake) {
  std::set<std::pair<std::uint32_t, std::uint64_t>> undone;
  for (const EditEvent& edit : lake.edits) {
    if (lake.texts.Or(edit.kind) == "undo" && edit.undoes) undone.emplace(edit.listener, *edit.undoes);
  }
  std::vector<bool> in_force;
  for (const EditEvent& edit : lake.edits) {
    in_force.push_back(lake.texts.Or(edit.kind) != "undo" &&
                       !undone.contains({edit.listener, edit.id.identity}));
  }
  return in_force;
}

std::vector<ExcludedPlay> TakeOutEdited(const LakeEvents& lake, std::uint32_t listener,
                                        std::vector<Play>& plays) {
  std::vector<ExcludedPlay> excluded;
  const auto in_force = EditsInForce(lake);
  std::vector<std::size_t> edit_of(plays.size(), SIZE_MAX);
  const auto rank = [&lake](std::size_t edit) {
    return std::pair(lake.edits[edit].stated_at_ms, lake.edits[edit].id.identity);
  };
  const auto take = [&](std::size_t play, std::size_t edit) {
    if (edit_of[play] == SIZE_MAX || rank(edit) < rank(edit_of[play])) edit_of[play] = edit;
  };
  for (std::size_t i = 0; i < lake.edits.size(); ++i) {
    const EditEvent& edit = lake.edits[i];
    const std::string_view kind = lake.texts.Or(edit.kind);
    if (!in_force[i] || edit.listener != listener) continue;
    if (kind == "delete") {
      if (const std::size_t play = NearestOf(lake, edit, plays); play != SIZE_MAX) take(play, i);
    } else if (kind == "exclude" || kind == "hide") {
      for (std::size_t play = 0; play < plays.size(); ++play) {
        if (IsInSpan(lake, edit, plays[play])) take(play, i);
      }
    }
  }
  std::vector<Play> left;
  for (std::size_t play = 0; play < plays.size(); ++play) {
    if (edit_of[play] == SIZE_MAX) {
      left.push_back(plays[play]);
    } else {
      excluded.push_back({plays[play], edit_of[play]});
    }
  }
  if (!excluded.empty()) plays = std::move(left);
  return excluded;
}

void ApplyRecordingEdits(const LakeEvents& lake, std::vector<TrackEntry>& tracks) {
  const auto in_force = EditsInForce(lake);
  std::set<std::uint32_t> split;
  bool is_any = false;
  for (std::size_t i = 0; i < lake.edits.size(); ++i) {
    if (!in_force[i]) continue;
    const std::string_view kind = lake.texts.Or(lake.edits[i].kind);
    is_any = is_any || kind == "merge" || kind == "split";
    if (kind == "split") split.insert(lake.edits[i].items.begin(), lake.edits[i].items.end());
  }
  if (!is_any) return;
  Groups groups(tracks.size());
  std::map<std::uint32_t, std::uint32_t> of_isrc;
  for (std::uint32_t i = 0; i < tracks.size(); ++i) {
    if (!tracks[i].is_named || tracks[i].isrc == kNone || split.contains(i)) continue;
    groups.Join(of_isrc.try_emplace(tracks[i].isrc, i).first->second, i);
  }
  for (std::size_t i = 0; i < lake.edits.size(); ++i) {
    if (!in_force[i] || lake.texts.Or(lake.edits[i].kind) != "merge") continue;
    std::optional<std::uint32_t> first;
    for (const std::uint32_t track : lake.edits[i].items) {
      if (!tracks[track].is_named) continue;  // neither played nor listed
      groups.Join(first.value_or(track), track);
      first = track;
    }
  }
  std::map<std::uint32_t, std::uint32_t> shown;  // of each group the first by id, title and artist
  const auto comes_first = [&](std::uint32_t left, std::uint32_t right) {
    for (const auto text : {&TrackEntry::item_id, &TrackEntry::title, &TrackEntry::artist}) {
      if (const int order = lake.texts.Compare(tracks[left].*text, tracks[right].*text); order != 0)
        return order < 0;
    }
    return false;
  };
  for (std::uint32_t i = 0; i < tracks.size(); ++i) {
    if (!tracks[i].is_named) continue;
    const auto [found, is_new] = shown.emplace(groups.Of(i), i);
    if (!is_new && comes_first(i, found->second)) found->second = i;
  }
  for (std::uint32_t i = 0; i < tracks.size(); ++i) {
    if (tracks[i].is_named) tracks[i].recording = shown.at(groups.Of(i));
  }
}

void AddLengths(const LakeEvents& lake, std::vector<TrackEntry>& tracks) {
  std::vector<std::int64_t> catalogued(tracks.size()), listed(tracks.size()), longest(tracks.size());
  const auto raise = [](std::int64_t& to, std::int64_t ms) { to = std::max(to, ms); };
  for (const FeatureEvent& event : lake.features) {
    if (event.track != kNone) raise(catalogued[event.track], event.duration_ms.value_or(0));
  }
  for (const LiveEvent& event : lake.live) {  // what an entry of the list lasted is the track's length
    if (!event.is_player) raise(listed[lake.spellings[event.spelling].track], event.played_ms);
  }
  std::map<std::pair<std::uint32_t, std::int64_t>, std::int64_t> done;
  for (const PlayEvent& event : lake.exports) {
    const std::uint32_t track = lake.spellings[event.spelling].track;
    if (event.played_ms <= 0) continue;
    const bool is_done = lake.texts.Or(lake.circumstances[event.circumstances].reason_end) == "trackdone";
    if (is_done) ++done[{track, event.played_ms}];
    raise(longest[track], event.played_ms);
  }
  std::map<std::uint32_t, std::pair<std::int64_t, std::int64_t>> most;  // plays, milliseconds
  for (const auto& [key, plays] : done)
    most[key.first] = std::max(most[key.first], std::pair(plays, key.second));
  for (std::uint32_t i = 0; i < tracks.size(); ++i) {
    if (!tracks[i].is_named) continue;
    const auto ended = most.find(i);
    for (const std::int64_t ms : {catalogued[i], listed[i], ended == most.end() ? 0 : ended->second.second}) {
      if (ms > 0 && !tracks[i].known_length_ms) tracks[i].known_length_ms = ms;
    }
    tracks[i].length_ms = tracks[i].known_length_ms;
    if (!tracks[i].length_ms && longest[i] > 0) tracks[i].length_ms = longest[i];
  }
}

}  // namespace earprint::audit
