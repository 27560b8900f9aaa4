// Figures of corrections. Source: docs/decisions/20261128_edits.md
#include <algorithm>
#include <map>
#include <tuple>

#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

/// What an edit names, for people.
std::string Named(const Asked& asked, const EditEvent& edit) {
  const TextPool& texts = asked.truth.lake.texts;
  const TrackEntry* first = edit.items.empty() ? nullptr : &asked.Track(edit.items.front());
  if (first != nullptr && !first->is_named) first = nullptr;
  std::string told;
  const auto add = [&](std::uint32_t text, std::uint32_t otherwise) {
    const std::uint32_t shown = text != kNone ? text : otherwise;
    if (shown != kNone) told += (told.empty() ? "" : ", ") + texts[shown];
  };
  add(edit.title, first != nullptr ? first->title : kNone);
  add(edit.artist, first != nullptr ? first->artist : kNone);
  add(edit.platform, kNone);
  add(edit.country, kNone);
  add(edit.zone, kNone);
  if (edit.items.size() > 1)
    told += (told.empty() ? "and " : ", and ") + std::to_string(edit.items.size() - 1) + " more";
  return told;
}

Rows Edits(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const auto in_force = EditsInForce(lake);
  std::map<std::size_t, std::int64_t> taken;
  for (const ExcludedPlay& play : asked.who.excluded) ++taken[play.edit];
  std::map<std::pair<std::int64_t, std::string>, Row> ordered;
  for (std::size_t i = 0; i < lake.edits.size(); ++i) {
    const EditEvent& edit = lake.edits[i];
    if (edit.listener != asked.listener || lake.texts.Or(edit.kind) == "undo") continue;
    std::string id;
    edit.id.AppendHexTo(id);
    const std::string what = Named(asked, edit);
    ordered[{-edit.stated_at_ms, id}] = {TextCell(id),
                                         TextCell(lake.texts, edit.kind),
                                         NumberCell(edit.stated_at_ms),
                                         NumberCell(edit.from_ms ? edit.from_ms : edit.at_ms),
                                         NumberCell(edit.to_ms ? edit.to_ms : edit.at_ms),
                                         what.empty() ? model::AnswerCell{} : TextCell(what),
                                         TextCell(in_force[i] ? "yes" : "no"),
                                         NumberCell(taken[i])};
  }
  Rows rows;
  for (auto& [key, row] : ordered) rows.push_back(std::move(row));
  return rows;
}

/// Plays one after the other that have something in common.
struct Run {
  std::int64_t from_ms = 0, to_ms = 0, plays = 0, ms = 0;
  bool is_at_night = false;

  void Add(const ChosenPlay& play) {
    constexpr int kNightFrom = 2, kNightTo = 4;
    if (plays == 0) from_ms = play.play->ended_at_ms;
    to_ms = play.play->ended_at_ms;
    ++plays;
    ms += play.play->played_ms;
    is_at_night = is_at_night || (play.hour >= kNightFrom && play.hour <= kNightTo);
  }
};

/// What is proposed; `what` is a text by number, or nothing.
struct Proposed {
  std::string_view reason;
  Run run;
  std::uint32_t what = kNone, track = kNone;
};

using Plays = std::vector<const ChosenPlay*>;

/// One track ten times in a row, for two hours and more, through the night.
void ProposeLoops(const Asked& asked, const Plays& plays, std::vector<Proposed>& proposed) {
  constexpr std::int64_t kPlaysMin = 10, kMsMin = 7'200'000;
  for (std::size_t at = 0; at < plays.size();) {
    const std::uint32_t own_track = plays[at]->own_track;
    Run run;
    for (; at < plays.size() && plays[at]->own_track == own_track; ++at) run.Add(*plays[at]);
    const TrackEntry& track = asked.Track(own_track);
    if (run.plays >= kPlaysMin && run.ms >= kMsMin && run.is_at_night && track.is_named)
      proposed.push_back({"loop", run, track.item_id, track.title});
  }
}

/// Elsewhere between two stays in one country, no more than three hours from either.
void ProposeCountries(const Asked& asked, const Plays& plays, std::vector<Proposed>& proposed) {
  constexpr std::int64_t kNearMs = 10'800'000;
  std::vector<std::pair<std::uint32_t, Run>> stays;
  for (const ChosenPlay* play : plays) {
    const std::uint32_t country = asked.truth.CircumstancesOf(*play->play).country;
    if (country == kNone || asked.truth.lake.texts[country] == "ZZ") continue;
    if (stays.empty() || stays.back().first != country) stays.push_back({country, {}});
    stays.back().second.Add(*play);
  }
  std::ranges::sort(stays, [&asked](const auto& left, const auto& right) {
    if (left.second.from_ms != right.second.from_ms) return left.second.from_ms < right.second.from_ms;
    return asked.truth.lake.texts.Compare(left.first, right.first) < 0;
  });
  for (std::size_t i = 1; i + 1 < stays.size(); ++i) {
    const auto& [country, run] = stays[i];
    if (stays[i - 1].first == stays[i + 1].first && run.from_ms - stays[i - 1].second.to_ms <= kNearMs &&
        stays[i + 1].second.from_ms - run.to_ms <= kNearMs)
      proposed.push_back({"country", run, country, kNone});
  }
}

/// A device met within two days only, a month from either end of the history.
void ProposeDevices(const Asked& asked, const Plays& plays, std::vector<Proposed>& proposed) {
  constexpr std::int64_t kPlaysMin = 5, kShortMs = 172'800'000, kApartMs = 2'592'000'000;
  std::map<std::uint32_t, Run> devices;
  for (const ChosenPlay* play : plays) {
    const std::uint32_t platform = asked.truth.CircumstancesOf(*play->play).platform;
    if (platform != kNone) devices[platform].Add(*play);
  }
  for (const auto& [platform, run] : devices) {
    if (run.plays >= kPlaysMin && run.to_ms - run.from_ms <= kShortMs &&
        run.from_ms - plays.front()->play->ended_at_ms >= kApartMs &&
        plays.back()->play->ended_at_ms - run.to_ms >= kApartMs)
      proposed.push_back({"device", run, platform, kNone});
  }
}

Rows ProposedEdits(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  Plays plays;
  for (const ChosenPlay& play : asked.plays) plays.push_back(&play);
  std::ranges::sort(plays, {}, [](const ChosenPlay* play) {
    return std::pair(play->play->ended_at_ms, play->play->id.identity);
  });
  std::vector<Proposed> proposed;
  ProposeLoops(asked, plays, proposed);
  ProposeCountries(asked, plays, proposed);
  ProposeDevices(asked, plays, proposed);
  std::ranges::stable_sort(proposed, [&texts](const Proposed& left, const Proposed& right) {
    const auto rank = [](const Proposed& each) { return std::tuple(-each.run.from_ms, each.reason); };
    if (rank(left) != rank(right)) return rank(left) < rank(right);
    return texts.Compare(left.what, right.what) < 0;
  });
  Rows rows;
  for (const Proposed& each : proposed) {
    rows.push_back({TextCell(each.reason), NumberCell(each.run.from_ms), NumberCell(each.run.to_ms + 1),
                    NumberCell(each.run.plays), NumberCell(each.run.ms), TextCell(texts, each.what),
                    TextCell(texts, each.track)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"edits", Edits}, {"proposed_edits", ProposedEdits}};

}  // namespace

std::span<const Recount> EditRecounts() { return kRecounts; }

}  // namespace earprint::audit
