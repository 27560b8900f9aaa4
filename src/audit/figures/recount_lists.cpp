#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "audit/figures/feature_scale.hpp"
#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

using Values = std::array<std::optional<std::int64_t>, model::kFeatureCount>;

struct Tally {
  std::int64_t plays = 0, ms = 0;
};

boost::unordered_flat_map<std::uint32_t, Tally> Heard(const Asked& asked) {
  boost::unordered_flat_map<std::uint32_t, Tally> heard;
  asked.ForStreams([&](const ChosenPlay& play) {
    Tally& tally = heard[play.own_track];
    ++tally.plays;
    tally.ms += play.play->played_ms;
  });
  return heard;
}

/// What is known of a track's sound; nothing where it has none.
const Values* SoundOf(const Asked& asked, std::uint32_t track) {
  const TrackEntry& entry = asked.Track(track);
  return entry.is_named && entry.feature != kNone ? &asked.truth.lake.features[entry.feature].e6 : nullptr;
}

Rows Playlists(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  const auto heard = Heard(asked);
  std::vector<std::tuple<std::int64_t, std::string, Row>> ordered;
  for (const ChosenList& chosen : asked.lists) {
    Tally sum;
    std::int64_t known = 0;
    for (const ChosenList::Entry& entry : chosen.entries) {
      known += SoundOf(asked, entry.track) != nullptr ? 1 : 0;
      const auto found = heard.find(entry.track);
      if (found == heard.end()) continue;
      sum.plays += found->second.plays;
      sum.ms += found->second.ms;
    }
    const Playlist& list = *chosen.list;
    const auto if_read = [&list](std::int64_t number) {
      return list.is_read ? NumberCell(number) : model::AnswerCell{};
    };
    ordered.emplace_back(-sum.plays, std::string(texts.Or(list.playlist_id)),
                         Row{TextCell(texts, list.playlist_id), TextCell(texts, list.name),
                             if_read(static_cast<std::int64_t>(chosen.entries.size())), NumberCell(sum.ms),
                             if_read(known), NumberCell(sum.plays)});
  }
  std::ranges::sort(ordered, {},
                    [](const auto& each) { return std::tie(std::get<0>(each), std::get<1>(each)); });
  Rows rows;
  for (auto& each : ordered) rows.push_back(std::move(std::get<2>(each)));
  return rows;
}

/// The smallest value that at least that many tenths of the values lie at or below.
model::AnswerCell Tenths(const std::vector<std::int64_t>& sorted, std::size_t tenths) {
  return NumberCell(sorted[(sorted.size() * tenths + 9) / 10 - 1]);
}

Rows Profile(const Asked& asked) {
  std::set<std::uint32_t> tracks;
  for (const ChosenList& chosen : asked.lists) {
    for (const ChosenList::Entry& entry : chosen.entries) tracks.insert(entry.track);
  }
  Rows rows;
  for (std::size_t no = 0; no < model::kFeatureCount; ++no) {
    std::vector<std::int64_t> values_e3;
    Int128 sum_e6 = 0, squared_e12 = 0;
    for (const std::uint32_t track : tracks) {
      const Values* sound = SoundOf(asked, track);
      if (sound == nullptr || !(*sound)[no]) continue;
      const std::int64_t value_e6 = *(*sound)[no];
      values_e3.push_back(InThousandths(value_e6));
      sum_e6 += value_e6;
      squared_e12 += Int128{value_e6} * value_e6;
    }
    if (values_e3.empty()) continue;
    std::ranges::sort(values_e3);
    const auto count = static_cast<std::int64_t>(values_e3.size());
    const double n = static_cast<double>(count), mean = static_cast<double>(sum_e6) / n;
    const double variance = static_cast<double>(squared_e12) / n - mean * mean;
    rows.push_back({TextCell(FeatureName(no)), TextCell(FeatureUnit(no)), NumberCell(Rounded(sum_e6, count)),
                    NumberCell(Quantised(std::sqrt(std::max(variance, 0.0)) / 1e3, 1)), Tenths(values_e3, 1),
                    Tenths(values_e3, 5), Tenths(values_e3, 9), NumberCell(count),
                    NumberCell(Rounded(Int128{count} * 10'000, static_cast<std::int64_t>(tracks.size())))});
  }
  return rows;
}

/// The mean of each feature over a list's tracks that tell it.
Values MeansOf(const Asked& asked, const ChosenList& chosen) {
  Values means;
  for (std::size_t no = 0; no < model::kFeatureCount; ++no) {
    Int128 sum_e6 = 0;
    std::int64_t count = 0;
    for (const ChosenList::Entry& entry : chosen.entries) {
      const Values* sound = SoundOf(asked, entry.track);
      if (sound == nullptr || !(*sound)[no]) continue;
      sum_e6 += *(*sound)[no];
      ++count;
    }
    if (count > 0) means[no] = Rounded(sum_e6, count);
  }
  return means;
}

/// The root of a mean square x 10^12, in thousandths.
std::int64_t RootE3(std::int64_t squared_e6) {
  return Quantised(std::sqrt(static_cast<double>(squared_e6)), 1);
}

model::AnswerCell DistanceCell(const Values& left, const Values& right) {
  Int128 squares = 0;
  std::int64_t count = 0;
  for (std::size_t no = 0; no < model::kFeatureCount; ++no) {
    const std::int64_t spread_e6 = kFeatureScales[no].spread_e6;
    if (spread_e6 == 0 || !left[no] || !right[no]) continue;
    const Int128 apart_e6 = Rounded(Int128{*left[no]} * 1'000'000, spread_e6) -
                            Rounded(Int128{*right[no]} * 1'000'000, spread_e6);
    squares += apart_e6 * apart_e6;
    ++count;
  }
  return count == 0 ? model::AnswerCell{} : NumberCell(RootE3(Rounded(squares, Int128{count} * 1'000'000)));
}

Rows Distances(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  std::vector<std::pair<std::string, Values>> lists;
  for (const ChosenList& chosen : asked.lists)
    lists.emplace_back(std::string(texts.Or(chosen.list->playlist_id)), MeansOf(asked, chosen));
  std::ranges::sort(lists, {}, &std::pair<std::string, Values>::first);
  Rows rows;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    for (std::size_t j = i + 1; j < lists.size(); ++j) {
      if (lists[i].first == lists[j].first) continue;
      rows.push_back({TextCell(lists[i].first), TextCell(lists[j].first),
                      DistanceCell(lists[i].second, lists[j].second)});
    }
  }
  std::ranges::stable_sort(rows, [](const Row& left, const Row& right) {
    const bool is_left = left[2].kind != model::AnswerCell::Kind::kNull;
    const bool is_right = right[2].kind != model::AnswerCell::Kind::kNull;
    return is_left && is_right ? left[2].number < right[2].number : is_left && !is_right;
  });
  return rows;
}

/// How far a track lies from its list's mean.
struct Outlier {
  std::int64_t squared_e6 = 0;
  std::uint32_t list_id = kNone, track = kNone;
  std::size_t feature_no = 0;  ///< in which it differs most
};

void AddOutliers(const Asked& asked, const ChosenList& chosen, std::vector<Outlier>& outliers) {
  const Values means = MeansOf(asked, chosen);
  std::vector<Outlier> all;
  Int128 usual_e6 = 0;
  for (const ChosenList::Entry& entry : chosen.entries) {
    const Values* sound = SoundOf(asked, entry.track);
    Outlier one{.list_id = chosen.list->playlist_id, .track = entry.track};
    Int128 squares = 0;
    std::int64_t count = 0, farthest_e6 = -1;
    for (std::size_t no = 0; sound != nullptr && no < model::kFeatureCount; ++no) {
      const std::int64_t spread_e6 = kFeatureScales[no].spread_e6;
      if (spread_e6 == 0 || !(*sound)[no]) continue;
      const std::int64_t apart_e6 = Rounded(Int128{*(*sound)[no] - *means[no]} * 1'000'000, spread_e6);
      squares += Int128{apart_e6} * apart_e6;
      ++count;
      if (std::abs(apart_e6) > farthest_e6) one.feature_no = no;
      farthest_e6 = std::max(farthest_e6, std::abs(apart_e6));
    }
    if (count == 0) continue;
    one.squared_e6 = Rounded(squares, Int128{count} * 1'000'000);
    usual_e6 += one.squared_e6;
    all.push_back(one);
  }
  for (const Outlier& one : all) {
    if (Int128{one.squared_e6} * static_cast<std::int64_t>(all.size()) * 4 > usual_e6 * 9 &&
        asked.Track(one.track).is_named) {
      outliers.push_back(one);
    }
  }
}

Rows Outliers(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  std::vector<Outlier> outliers;
  for (const ChosenList& chosen : asked.lists) AddOutliers(asked, chosen, outliers);
  std::ranges::sort(outliers, [&](const Outlier& left, const Outlier& right) {
    if (left.squared_e6 != right.squared_e6) return left.squared_e6 > right.squared_e6;
    const int order = texts.Compare(left.list_id, right.list_id);
    return order != 0 ? order < 0 : CompareTracks(asked, left.track, right.track) < 0;
  });
  outliers.resize(std::min(outliers.size(), asked.limit()));
  Rows rows;
  for (const Outlier& one : outliers) {
    const TrackEntry& track = asked.Track(one.track);
    rows.push_back({TextCell(texts, one.list_id), TextCell(texts, track.item_id),
                    TextCell(texts, track.title), TextCell(texts, track.artist),
                    NumberCell(RootE3(one.squared_e6)), TextCell(FeatureName(one.feature_no))});
  }
  return rows;
}

Rows Tracks(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  struct Entry {
    std::uint32_t list_id, track;
    std::optional<std::int64_t> added_at_ms;
  };
  std::vector<Entry> entries;
  for (const ChosenList& chosen : asked.lists) {
    for (const ChosenList::Entry& entry : chosen.entries) {
      if (asked.Track(entry.track).is_named)
        entries.push_back({chosen.list->playlist_id, entry.track, entry.added_at_ms});
    }
  }
  std::ranges::sort(entries, [&](const Entry& left, const Entry& right) {
    const TrackEntry& a = asked.Track(left.track);
    const TrackEntry& b = asked.Track(right.track);
    for (const int order : {texts.Compare(left.list_id, right.list_id), texts.Compare(a.title, b.title),
                            texts.Compare(a.artist, b.artist), texts.Compare(a.item_id, b.item_id)}) {
      if (order != 0) return order < 0;
    }
    return false;
  });
  entries.resize(std::min(entries.size(), asked.limit()));
  const auto heard = Heard(asked);
  Rows rows;
  for (const Entry& entry : entries) {
    const TrackEntry& track = asked.Track(entry.track);
    const auto found = heard.find(entry.track);
    Row& row = rows.emplace_back(Row{TextCell(texts, entry.list_id), TextCell(texts, track.item_id),
                                     TextCell(texts, track.title), TextCell(texts, track.artist),
                                     NumberCell(entry.added_at_ms),
                                     NumberCell(found == heard.end() ? 0 : found->second.plays)});
    const Values* sound = SoundOf(asked, entry.track);
    for (std::size_t no = 0; no < model::kFeatureCount; ++no) {
      const bool is_told = sound != nullptr && (*sound)[no].has_value();
      const std::int64_t e6 = is_told ? *(*sound)[no] : 0;
      const bool is_scaled = model::TraitOf(static_cast<model::Feature>(no)).is_scaled;
      const std::int64_t shown = is_scaled ? InThousandths(e6) : e6 / 1'000'000;
      row.push_back(NumberCell(is_told ? std::optional(shown) : std::nullopt));
    }
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"playlists", Playlists, true},
                                 {"playlist_profile", Profile, true},
                                 {"playlist_distance", Distances, true},
                                 {"playlist_outliers", Outliers, true},
                                 {"playlist_tracks", Tracks, true}};

}  // namespace

std::span<const Recount> ListRecounts() { return kRecounts; }

}  // namespace earprint::audit
