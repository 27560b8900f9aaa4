#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "audit/figures/recounts.hpp"
#include "audit/figures/whole_numbers.hpp"

namespace earprint::audit {

namespace {

Rows Overview(const Asked& asked) {
  std::int64_t streams = 0, ms = 0;
  std::optional<std::int64_t> first_ms, last_ms;
  std::set<std::uint32_t> tracks, artists, albums;
  std::set<std::int64_t> days;
  asked.ForStreams([&](const ChosenPlay& play) {
    ++streams;
    ms += play.play->played_ms;
    first_ms = std::min(first_ms.value_or(INT64_MAX), play.play->ended_at_ms);
    last_ms = std::max(last_ms.value_or(INT64_MIN), play.play->ended_at_ms);
    tracks.insert(play.track);
    artists.insert(play.artist);
    if (play.album != kNone) albums.insert(play.album);
    days.insert(play.day);
  });
  const auto size = [](const auto& set) { return NumberCell(static_cast<std::int64_t>(set.size())); };
  return {{NumberCell(static_cast<std::int64_t>(asked.plays.size())), NumberCell(streams), NumberCell(ms),
           size(tracks), size(artists), size(albums), NumberCell(first_ms), NumberCell(last_ms), size(days)}};
}

struct Tally {
  std::int64_t plays = 0, ms = 0;
};

/// One dimension of habits: values with what was heard under each, most played first.
template <typename ValueOf>
void AddHabits(const Asked& asked, const std::map<std::uint32_t, Tally>& heard, std::string_view dimension,
               ValueOf value_of, Rows& rows) {
  std::map<std::optional<std::string>, Tally> by_value;
  for (const auto& [how, tally] : heard) {
    Tally& sum = by_value[value_of(asked.truth.lake.circumstances[how])];
    sum.plays += tally.plays;
    sum.ms += tally.ms;
  }
  std::vector<std::pair<std::optional<std::string>, Tally>> ordered(by_value.begin(), by_value.end());
  std::ranges::stable_sort(ordered, [](const auto& left, const auto& right) {
    if (left.second.plays != right.second.plays) return left.second.plays > right.second.plays;
    return left.first && !right.first;  // what is not told comes last; texts are in order already
  });
  for (const auto& [value, tally] : ordered) {
    rows.push_back({TextCell(dimension), value ? TextCell(*value) : model::AnswerCell{},
                    NumberCell(tally.plays), NumberCell(tally.ms)});
  }
}

Rows Habits(const Asked& asked) {
  std::map<std::uint32_t, Tally> heard;
  for (const ChosenPlay& play : asked.plays) {
    Tally& tally = heard[play.play->circumstances];
    ++tally.plays;
    tally.ms += play.play->played_ms;
  }
  using Value = std::optional<std::string>;
  const TextPool& texts = asked.truth.lake.texts;
  const auto text = [&texts](std::uint32_t number) {
    return number == kNone ? Value() : Value(texts[number]);
  };
  const auto flag = [](const std::optional<bool>& told) {
    return told ? Value(*told ? "yes" : "no") : Value();
  };
  Rows rows;
  AddHabits(asked, heard, "country", [&](const Circumstances& how) { return text(how.country); }, rows);
  AddHabits(asked, heard, "offline", [&](const Circumstances& how) { return flag(how.offline); }, rows);
  AddHabits(asked, heard, "platform", [&](const Circumstances& how) { return text(how.platform); }, rows);
  AddHabits(asked, heard, "reason_end", [&](const Circumstances& how) { return text(how.reason_end); }, rows);
  AddHabits(
      asked, heard, "reason_start", [&](const Circumstances& how) { return text(how.reason_start); }, rows);
  AddHabits(asked, heard, "shuffle", [&](const Circumstances& how) { return flag(how.shuffle); }, rows);
  return rows;
}

Rows Skips(const Asked& asked) {
  struct Skipped {
    std::int64_t plays = 0, skipped = 0;
  };
  std::map<std::uint32_t, Skipped> by_artist;
  for (const ChosenPlay& play : asked.plays) {
    Skipped& one = by_artist[play.artist];
    ++one.plays;
    one.skipped += play.play->is_skipped ? 1 : 0;
  }
  std::vector<std::pair<std::uint32_t, Skipped>> ordered;
  for (const auto& each : by_artist) {
    if (each.second.skipped > 0) ordered.push_back(each);
  }
  const TextPool& texts = asked.truth.lake.texts;
  std::ranges::sort(ordered, [&](const auto& left, const auto& right) {
    if (left.second.skipped != right.second.skipped) return left.second.skipped > right.second.skipped;
    return texts.Compare(left.first, right.first) < 0;
  });
  ordered.resize(std::min(ordered.size(), asked.limit()));
  Rows rows;
  for (const auto& [artist, one] : ordered) {
    rows.push_back({TextCell(texts[artist]), NumberCell(one.plays), NumberCell(one.skipped),
                    NumberCell(Rounded(Int128{one.skipped} * 10'000, one.plays))});
  }
  return rows;
}

std::int64_t LogE9(std::int64_t number) { return Quantised(std::log(static_cast<double>(number)), 1e9); }

Rows Diversity(const Asked& asked) {
  std::map<std::int64_t, std::map<std::uint32_t, std::int64_t>> periods;
  asked.ForStreams([&](const ChosenPlay& play) { ++periods[play.period][play.artist]; });
  Rows rows;
  for (const auto& [period, by_artist] : periods) {
    std::int64_t plays = 0, top = 0;
    Int128 weighted_e9 = 0;
    for (const auto& [artist, count] : by_artist) {
      plays += count;
      top = std::max(top, count);
      weighted_e9 += Int128{count} * LogE9(count);
    }
    const std::int64_t entropy_e9 = LogE9(plays) - Rounded(weighted_e9, plays);
    rows.push_back({NumberCell(period), NumberCell(static_cast<std::int64_t>(by_artist.size())),
                    NumberCell(plays),
                    NumberCell(Quantised(std::exp(static_cast<double>(entropy_e9) / 1e9), 100)),
                    NumberCell(Rounded(Int128{top} * 10'000, plays))});
  }
  return rows;
}

constexpr Recount kRecounts[] = {
    {"overview", Overview}, {"habits", Habits}, {"skips", Skips}, {"diversity", Diversity}};

}  // namespace

std::span<const Recount> TotalRecounts() { return kRecounts; }

const Recount* FindRecount(std::string_view metric) {
  for (const auto recounts :
       {TotalRecounts(), RankingRecounts(), TimeRecounts(), TasteRecounts(), ListRecounts(), RecordRecounts(),
        WitnessRecounts(), RuleRecounts(), EditRecounts(), LedgerRecounts(), RowRecounts()}) {
    const auto found = std::ranges::find(recounts, metric, &Recount::metric);
    if (found != recounts.end()) return &*found;
  }
  return nullptr;
}

}  // namespace earprint::audit
