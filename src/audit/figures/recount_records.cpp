#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "audit/figures/recounts.hpp"
#include "audit/figures/whole_numbers.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

Rows Sources(const Asked& asked) {
  struct Source {
    std::int64_t plays = 0, first_ms = INT64_MAX, last_ms = INT64_MIN;
  };
  std::map<std::string, Source> surviving;
  for (const Play& play : asked.who.plays) {
    Source& source =
        surviving[std::string(asked.truth.lake.texts.Or(asked.truth.CircumstancesOf(play).source))];
    ++source.plays;
    source.first_ms = std::min(source.first_ms, play.ended_at_ms);
    source.last_ms = std::max(source.last_ms, play.ended_at_ms);
  }
  std::vector<std::tuple<std::int64_t, std::string, Row>> ordered;
  for (const auto& [name, told] : asked.who.told) {
    const auto found = surviving.find(name);
    const bool is_there = found != surviving.end();
    const std::int64_t plays = is_there ? found->second.plays : 0;
    ordered.emplace_back(-plays, name,
                         Row{TextCell(name), NumberCell(plays), NumberCell(told.events - plays),
                             NumberCell(is_there ? found->second.first_ms : told.first_ms),
                             NumberCell(is_there ? found->second.last_ms : told.last_ms)});
  }
  std::ranges::sort(ordered, {},
                    [](const auto& each) { return std::tie(std::get<0>(each), std::get<1>(each)); });
  Rows rows;
  for (auto& each : ordered) rows.push_back(std::move(std::get<2>(each)));
  return rows;
}

Rows Gaps(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  std::map<std::tuple<std::uint32_t, std::int64_t, std::int64_t>, std::string>
      gaps;  // the first reason of each
  for (const GapEvent& gap : asked.truth.lake.gaps) {
    if (gap.listener != asked.listener) continue;
    const std::string reason(texts.Or(gap.reason));
    const auto [found, is_new] = gaps.emplace(std::tuple(gap.source, gap.from_ms, gap.to_ms), reason);
    if (!is_new) found->second = std::min(found->second, reason);
  }
  std::multiset<std::tuple<std::int64_t, std::int64_t, std::string>> ordered;
  for (const auto& [key, reason] : gaps) ordered.emplace(std::get<1>(key), std::get<2>(key), reason);
  Rows rows;
  for (const auto& [from_ms, to_ms, reason] : ordered)
    rows.push_back({NumberCell(from_ms), NumberCell(to_ms), TextCell(reason)});
  return rows;
}

/// Characters and not bytes.
std::size_t LengthOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Rows Rejects(const Asked& asked) {
  constexpr std::size_t kRowsMax = 10'000;
  const TextPool& texts = asked.truth.lake.texts;
  using Key = std::tuple<std::string, std::string, std::size_t, std::string, std::string, std::uint32_t>;
  std::map<Key, std::int64_t> counted;
  for (const RejectEvent& reject : asked.truth.lake.rejects) {
    if (reject.listener != asked.listener && !texts.Or(reject.listener).empty()) continue;
    const std::string position(texts.Or(reject.position));
    ++counted[Key(texts.Or(reject.source), texts.Or(reject.file), LengthOf(position), position,
                  texts.Or(reject.reason), reject.listener)];
  }
  Rows rows;
  for (const auto& [key, count] : counted) {
    if (rows.size() == kRowsMax) break;
    rows.push_back({TextCell(std::get<0>(key)), TextCell(std::get<1>(key)), TextCell(std::get<3>(key)),
                    TextCell(std::get<4>(key)), NumberCell(count)});
  }
  return rows;
}

Rows SpotifyLists(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  const auto rank = [](const ServiceListEvent& event) {
    return std::tuple(-event.stated_at_ms, event.id.identity, event.id.details);
  };
  // What is not told comes last.
  std::map<std::tuple<std::string, bool, std::string>, const ServiceListEvent*> latest;
  for (const ServiceListEvent& event : asked.truth.lake.service_lists) {
    if (event.listener != asked.listener) continue;
    const ServiceListEvent*& known =
        latest[{std::string(texts.Or(event.list)), event.range == kNone, std::string(texts.Or(event.range))}];
    if (known == nullptr || rank(event) < rank(*known)) known = &event;
  }
  Rows rows;
  for (const auto& [key, event] : latest) {
    std::int64_t place = 0;
    for (const ServiceListEvent::Thing& thing : event->things) {
      rows.push_back({TextCell(texts, event->list), TextCell(texts, event->range), NumberCell(++place),
                      TextCell(texts, thing.id), TextCell(texts, thing.name), TextCell(texts, thing.artist),
                      NumberCell(event->stated_at_ms)});
    }
  }
  return rows;
}

Rows Catalogue(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  struct Told {
    std::set<std::pair<bool, std::uint32_t>> tracks, conflicts;
    std::int64_t added_day = INT64_MAX;
  };
  std::map<std::string, Told> catalogues;
  for (const FeatureEvent& event : lake.features) {
    Told& told = catalogues[std::string(lake.texts.Or(event.catalogue))];
    told.added_day = std::min(told.added_day, event.arrived_day);
    if (lake.texts.Or(event.source) != "catalogue" && event.known() == 0) continue;
    if (event.track != kNone) {
      told.tracks.emplace(true, event.track);
    } else {
      told.tracks.emplace(false,
                          event.name);  // rows without any of it are one more that cannot be told apart
    }
  }
  for (const FeatureConflict& conflict : asked.truth.conflicts)
    catalogues[std::string(lake.texts.Or(conflict.catalogue))].conflicts.emplace(true, conflict.track);
  Rows rows;
  for (const auto& [name, told] : catalogues) {
    if (told.tracks.empty()) continue;
    rows.push_back({TextCell(name), NumberCell(static_cast<std::int64_t>(told.tracks.size())),
                    NumberCell(static_cast<std::int64_t>(told.conflicts.size())),
                    NumberCell(told.added_day)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"sources", Sources},
                                 {"gaps", Gaps},
                                 {"rejects", Rejects},
                                 {"spotify_lists", SpotifyLists},
                                 {"catalogue", Catalogue}};

}  // namespace

std::span<const Recount> RecordRecounts() { return kRecounts; }

model::AnswerLimits RecountLimits(const Asked& asked, std::string_view metric) {
  model::AnswerLimits limits;
  const bool is_taste = metric.starts_with("taste_") || metric == "feature_sources";
  if (is_taste) {
    Int128 known_ms = 0, all_ms = 0;
    asked.ForStreams([&](const ChosenPlay& play) {
      const TrackEntry& track = asked.Track(play.own_track);
      all_ms += play.play->played_ms;
      if (track.is_named && track.feature != kNone) known_ms += play.play->played_ms;
    });
    limits.feature_coverage_e4 = all_ms > 0 ? Rounded(known_ms * 10'000, all_ms) : 0;
  }
  for (const RejectEvent& reject : asked.truth.lake.rejects)
    limits.rejects += reject.listener == asked.listener;
  static constexpr std::string_view kWithoutPlays[] = {
      "sources",   "gaps",  "rejects",          "spotify_lists",     "ledger",           "ledger_rows",
      "catalogue", "edits", "playlist_profile", "playlist_distance", "playlist_outliers"};
  if (std::ranges::find(kWithoutPlays, metric) != std::end(kWithoutPlays)) return limits;
  std::set<std::tuple<std::uint32_t, std::int64_t, std::int64_t>> gaps;
  for (const GapEvent& gap : asked.truth.lake.gaps) {
    if (gap.listener == asked.listener && gap.to_ms > asked.from_ms && gap.from_ms < asked.to_ms)
      gaps.emplace(gap.source, gap.from_ms, gap.to_ms);
  }
  limits.gaps = static_cast<std::int64_t>(gaps.size());
  asked.ForStreams(
      [&](const ChosenPlay& play) { limits.estimated_plays += play.play->is_estimated ? 1 : 0; });
  return limits;
}

}  // namespace earprint::audit
