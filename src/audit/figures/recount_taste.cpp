#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "audit/figures/feature_scale.hpp"
#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

/// The values of the row that tells a track's sound; nothing where none does.
const FeatureEvent* SoundOf(const Asked& asked, std::uint32_t track) {
  const TrackEntry& entry = asked.Track(track);
  return entry.is_named && entry.feature != kNone ? &asked.truth.lake.features[entry.feature] : nullptr;
}

/// Streams of one track, together.
struct Tally {
  std::int64_t plays = 0, ms = 0;
};

std::map<std::uint32_t, Tally> ByTrack(const Asked& asked) {
  std::vector<Tally> tallies(asked.truth.tracks.size());
  asked.ForStreams([&](const ChosenPlay& play) {
    ++tallies[play.own_track].plays;
    tallies[play.own_track].ms += play.play->played_ms;
  });
  std::map<std::uint32_t, Tally> heard;
  for (std::uint32_t i = 0; i < tallies.size(); ++i) {
    if (tallies[i].plays > 0) heard.emplace_hint(heard.end(), i, tallies[i]);
  }
  return heard;
}

std::int64_t WeightOf(const Asked& asked, const Tally& tally) {
  return asked.conditions.weight == "ms" ? tally.ms : tally.plays;
}

/// A whole number over another; nothing where that is 0.
model::AnswerCell ShareCell(Int128 part, Int128 whole) {
  return whole == 0 ? model::AnswerCell{} : NumberCell(Rounded(part, whole));
}

/// Sums of one feature, and how its weight is spread over its values.
struct Sums {
  std::int64_t plays = 0, ms = 0, weight = 0;
  Int128 weighted_e6 = 0, squared_e12 = 0;
  std::map<std::int64_t, std::int64_t> weight_of_e3;

  void Add(std::int64_t value_e6, const Tally& tally, std::int64_t w) {
    plays += tally.plays;
    ms += tally.ms;
    weight += w;
    weighted_e6 += Int128{w} * value_e6;
    squared_e12 += Int128{w} * value_e6 * value_e6;
    weight_of_e3[InThousandths(value_e6)] += w;
  }

  model::AnswerCell Deviation() const {
    if (weight == 0) return {};
    const double n = static_cast<double>(weight);
    const double mean = static_cast<double>(weighted_e6) / n;
    const double variance = static_cast<double>(squared_e12) / n - mean * mean;
    return NumberCell(Quantised(std::sqrt(std::max(variance, 0.0)) / 1e3, 1));
  }

  /// The smallest value at or below which that many tenths of the weight lie.
  model::AnswerCell Tenths(std::int64_t tenths) const {
    Int128 upto = 0;
    for (const auto& [value_e3, w] : weight_of_e3) {
      upto += w;
      if (upto * 10 >= Int128{weight} * tenths) return NumberCell(value_e3);
    }
    return {};
  }
};

Rows Profile(const Asked& asked) {
  std::array<Sums, model::kFeatureCount> sums;
  Int128 all_ms = 0;
  for (const auto& [track, tally] : ByTrack(asked)) {
    all_ms += tally.ms;
    const FeatureEvent* sound = SoundOf(asked, track);
    for (std::size_t no = 0; sound != nullptr && no < sums.size(); ++no) {
      if (sound->e6[no]) sums[no].Add(*sound->e6[no], tally, WeightOf(asked, tally));
    }
  }
  Rows rows;
  for (std::size_t no = 0; no < sums.size(); ++no) {
    const Sums& sum = sums[no];
    if (sum.plays == 0) continue;
    rows.push_back({TextCell(FeatureName(no)), TextCell(FeatureUnit(no)),
                    ShareCell(sum.weighted_e6, sum.weight), sum.Deviation(), sum.Tenths(1), sum.Tenths(5),
                    sum.Tenths(9), NumberCell(sum.plays), ShareCell(Int128{sum.ms} * 10'000, all_ms)});
  }
  return rows;
}

Rows Distribution(const Asked& asked) {
  std::array<std::map<std::int64_t, Tally>, model::kFeatureCount> binned;
  for (const auto& [track, tally] : ByTrack(asked)) {
    const FeatureEvent* sound = SoundOf(asked, track);
    for (std::size_t no = 0; sound != nullptr && no < binned.size(); ++no) {
      if (!sound->e6[no]) continue;
      Tally& bin = binned[no][BinOf(no, *sound->e6[no])];
      bin.plays += tally.plays;
      bin.ms += tally.ms;
    }
  }
  Rows rows;
  for (std::size_t no = 0; no < binned.size(); ++no) {
    if (binned[no].empty()) continue;
    const FeatureScale& scale = kFeatureScales[no];
    for (std::int64_t bin = 0; bin < scale.bins; ++bin) {
      const Tally& tally = binned[no][bin];
      const std::int64_t from_e3 = scale.low_e3 + bin * scale.width_e3;
      rows.push_back({TextCell(FeatureName(no)), NumberCell(from_e3), NumberCell(from_e3 + scale.width_e3),
                      NumberCell(tally.plays), NumberCell(tally.ms)});
    }
  }
  return rows;
}

/// Means of each feature over groups of streams: periods, or hours.
template <typename GroupOf>
Rows MeansBy(const Asked& asked, GroupOf group_of) {
  struct Mean {
    std::int64_t plays = 0;
    Int128 weight = 0, weighted_e6 = 0;
  };
  std::map<std::int64_t, std::array<Mean, model::kFeatureCount>> groups;
  asked.ForStreams([&](const ChosenPlay& play) {
    const FeatureEvent* sound = SoundOf(asked, play.own_track);
    if (sound == nullptr) return;
    auto& means = groups[group_of(play)];
    const std::int64_t w = WeightOf(asked, {1, play.play->played_ms});
    for (std::size_t no = 0; no < means.size(); ++no) {
      if (!sound->e6[no]) continue;
      ++means[no].plays;
      means[no].weight += w;
      means[no].weighted_e6 += Int128{w} * *sound->e6[no];
    }
  });
  Rows rows;
  for (const auto& [group, means] : groups) {
    for (std::size_t no = 0; no < means.size(); ++no) {
      const Mean& mean = means[no];
      if (mean.weight == 0) continue;
      rows.push_back({NumberCell(group), TextCell(FeatureName(no)),
                      NumberCell(Rounded(mean.weighted_e6, mean.weight)), NumberCell(mean.plays)});
    }
  }
  return rows;
}

Rows TasteTimeline(const Asked& asked) {
  return MeansBy(asked, [](const ChosenPlay& play) { return play.period; });
}

Rows TasteClock(const Asked& asked) {
  return MeansBy(asked, [](const ChosenPlay& play) { return std::int64_t{play.hour}; });
}

Rows Map(const Asked& asked) {
  const std::size_t x = FeatureNumber(asked.conditions.x), y = FeatureNumber(asked.conditions.y);
  std::map<std::pair<std::int64_t, std::int64_t>, Tally> cells;
  for (const auto& [track, tally] : ByTrack(asked)) {
    const FeatureEvent* sound = SoundOf(asked, track);
    if (sound == nullptr || !sound->e6[x] || !sound->e6[y]) continue;
    Tally& cell = cells[{BinOf(x, *sound->e6[x]), BinOf(y, *sound->e6[y])}];
    cell.plays += tally.plays;
    cell.ms += tally.ms;
  }
  const auto edge = [](std::size_t no, std::int64_t bin) {
    return NumberCell(kFeatureScales[no].low_e3 + bin * kFeatureScales[no].width_e3);
  };
  Rows rows;
  for (const auto& [bins, tally] : cells)
    rows.push_back(
        {edge(x, bins.first), edge(y, bins.second), NumberCell(tally.plays), NumberCell(tally.ms)});
  return rows;
}

Rows FeatureSources(const Asked& asked) {
  struct Source : Tally {
    std::int64_t tracks = 0;
  };
  std::map<std::string_view, Source> sources;
  for (const auto& [track, tally] : ByTrack(asked)) {
    const bool is_known = SoundOf(asked, track) != nullptr;
    Source& source =
        sources[NameOf(is_known ? asked.Track(track).provenance : TrackEntry::Provenance::kUnknown)];
    ++source.tracks;
    source.plays += tally.plays;
    source.ms += tally.ms;
  }
  std::vector<std::pair<std::string_view, Source>> ordered(sources.begin(), sources.end());
  std::ranges::stable_sort(ordered, std::greater<>(), [](const auto& each) { return each.second.plays; });
  Rows rows;
  for (const auto& [name, source] : ordered)
    rows.push_back(
        {TextCell(name), NumberCell(source.tracks), NumberCell(source.plays), NumberCell(source.ms)});
  return rows;
}

/// A contradiction in the order in which `feature_conflicts` tells it; its track after that.
struct ToldConflict {
  std::int64_t minus_plays = 0;
  std::string track_id;
  std::size_t feature_no = 0;
  std::string catalogue;
  std::int64_t value_e3 = 0;
  std::uint32_t track = kNone;
  auto operator<=>(const ToldConflict&) const = default;
};

Rows FeatureConflicts(const Asked& asked) {
  const LakeEvents& lake = asked.truth.lake;
  const auto heard = ByTrack(asked);
  std::set<ToldConflict> conflicts;  // values that agree in thousandths are one
  for (const FeatureConflict& conflict : asked.truth.conflicts) {
    const auto found = heard.find(conflict.track);
    const FeatureEvent* sound = found == heard.end() ? nullptr : SoundOf(asked, conflict.track);
    if (sound == nullptr || !sound->e6[conflict.feature_no]) continue;
    if (std::abs(conflict.value_e6 - *sound->e6[conflict.feature_no]) <= ToleranceE6(conflict.feature_no))
      continue;
    conflicts.insert({.minus_plays = -found->second.plays,
                      .track_id = std::string(lake.texts.Or(asked.Track(conflict.track).item_id)),
                      .feature_no = conflict.feature_no,
                      .catalogue = std::string(lake.texts.Or(conflict.catalogue)),
                      .value_e3 = InThousandths(conflict.value_e6),
                      .track = conflict.track});
  }
  Rows rows;
  for (const ToldConflict& told : conflicts) {
    if (rows.size() == asked.limit()) break;
    const TrackEntry& track = asked.Track(told.track);
    const FeatureEvent& sound = *SoundOf(asked, told.track);
    rows.push_back({TextCell(lake.texts, track.item_id), TextCell(lake.texts, track.title),
                    TextCell(lake.texts, track.artist), TextCell(FeatureName(told.feature_no)),
                    TextCell(lake.texts, sound.catalogue),
                    NumberCell(InThousandths(*sound.e6[told.feature_no])), TextCell(told.catalogue),
                    NumberCell(told.value_e3), NumberCell(-told.minus_plays)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"taste_profile", Profile},
                                 {"taste_distribution", Distribution},
                                 {"taste_timeline", TasteTimeline},
                                 {"taste_clock", TasteClock},
                                 {"taste_map", Map},
                                 {"feature_sources", FeatureSources},
                                 {"feature_conflicts", FeatureConflicts}};

}  // namespace

std::span<const Recount> TasteRecounts() { return kRecounts; }

}  // namespace earprint::audit
