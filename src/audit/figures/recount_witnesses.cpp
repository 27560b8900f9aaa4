// Figures of who tells of the plays, and how well.
#include <algorithm>
#include <map>
#include <tuple>

#include "audit/figures/recounts.hpp"
#include "audit/figures/whole_numbers.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

Rows Overlaps(const Asked& asked) {
  constexpr std::int64_t kSecondMs = 1'000;
  struct Period {
    std::int64_t plays = 0, overlaps = 0, ms = 0;
  };
  std::vector<const ChosenPlay*> ordered;
  for (const ChosenPlay& play : asked.plays) ordered.push_back(&play);
  std::ranges::sort(ordered, {}, [](const ChosenPlay* play) {
    return std::tuple(play->play->ended_at_ms, -play->play->played_ms, play->play->id.identity);
  });
  std::map<std::int64_t, Period> periods;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    const Play& play = *ordered[i]->play;
    Period& period = periods[ordered[i]->period];
    ++period.plays;
    if (i == 0 || play.told_by == kByRecent) continue;
    const std::int64_t over_ms = ordered[i - 1]->play->ended_at_ms - (play.ended_at_ms - play.played_ms);
    if (over_ms <= (play.told_by == kByAccount ? base::kMsPerMinute : kSecondMs)) continue;
    const std::int64_t ms = std::min(over_ms, play.played_ms);
    if (ms <= 0) continue;
    ++period.overlaps;
    period.ms += ms;
  }
  Rows rows;
  for (const auto& [at, period] : periods) {
    if (period.ms > 0)
      rows.push_back(
          {NumberCell(at), NumberCell(period.plays), NumberCell(period.overlaps), NumberCell(period.ms)});
  }
  return rows;
}

Rows Coverage(const Asked& asked) {
  struct Hour {
    std::int64_t live = 0, told = 0, gap_ms = 0;
  };
  std::map<std::pair<std::int64_t, std::int64_t>, Hour> hours;
  for (const ChosenPlay& play : asked.plays) {
    Hour& hour = hours[{play.day, play.hour}];
    hour.live += (play.play->told_by & kByLive) != 0 ? 1 : 0;
    hour.told += (play.play->told_by & (kByExport | kByService)) != 0 ? 1 : 0;
  }
  for (const auto& [at, gap_ms] : asked.gap_ms) hours[at].gap_ms += gap_ms;
  Rows rows;
  for (const auto& [at, hour] : hours) {
    rows.push_back({NumberCell(at.first), NumberCell(at.second), NumberCell(hour.live), NumberCell(hour.told),
                    NumberCell((hour.gap_ms + base::kMsPerMinute - 1) / base::kMsPerMinute)});
  }
  return rows;
}

Rows Settlement(const Asked& asked) {
  constexpr std::int64_t kBesideMs = 90'000;
  struct Period {
    std::int64_t settled = 0, added = 0, unmatched = 0, before_ms = 0, after_ms = 0;
  };
  std::int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
  asked.ForStreams([&](const ChosenPlay& play) {
    if ((play.play->told_by & kByLive) == 0) return;
    first_ms = std::min(first_ms, play.play->ended_at_ms - kBesideMs);
    last_ms = std::max(last_ms, play.play->ended_at_ms + kBesideMs);
  });
  std::map<std::int64_t, Period> periods;
  asked.ForStreams([&](const ChosenPlay& chosen) {
    const Play& play = *chosen.play;
    const std::int64_t at_ms = play.ended_at_ms;
    if (at_ms < first_ms || at_ms > last_ms || (play.told_by & (kByExport | kByLive)) == 0) return;
    const bool is_live = (play.told_by & kByLive) != 0, is_told = (play.told_by & kByExport) != 0;
    if (is_live && !is_told && !Covers(asked.who.export_days, at_ms, at_ms)) return;
    Period& period = periods[chosen.period];
    ++(!is_live ? period.added : is_told ? period.settled : period.unmatched);
    period.after_ms += play.played_ms;
    if (is_live) period.before_ms += play.live_ms.value_or(play.played_ms);
  });
  Rows rows;
  for (const auto& [at, p] : periods) {
    const std::int64_t met = p.settled + p.added;
    rows.push_back({NumberCell(at), NumberCell(p.settled), NumberCell(p.added), NumberCell(p.unmatched),
                    met > 0 ? NumberCell(Rounded(Int128{p.settled} * 10'000, met)) : model::AnswerCell{},
                    NumberCell(p.before_ms), NumberCell(p.after_ms),
                    p.before_ms > 0
                        ? NumberCell(Rounded(Int128{p.after_ms - p.before_ms} * 10'000, p.before_ms))
                        : model::AnswerCell{}});
  }
  return rows;
}

/// What is to be said of a play beside its fields.
std::string MarkOf(const Asked& asked, const Play& play) {
  std::string mark = play.is_estimated ? "length estimated" : "";
  const bool is_missing = (play.told_by & (kByExport | kByService)) == 0 &&
                          Covers(asked.who.export_days, play.ended_at_ms, play.ended_at_ms);
  if (is_missing) mark += mark.empty() ? "not in the export" : ", not in the export";
  return mark;
}

Rows BehindRows(const Asked& asked) {
  const TextPool& texts = asked.truth.lake.texts;
  std::vector<const ChosenPlay*> streams;
  asked.ForStreams([&](const ChosenPlay& play) { streams.push_back(&play); });
  std::ranges::sort(streams, {}, [](const ChosenPlay* play) {
    return std::pair(-play->play->ended_at_ms, play->play->id.identity);
  });
  streams.resize(std::min(streams.size(), asked.limit()));
  std::map<std::uint64_t, std::int64_t> services;
  for (const Statement& told : asked.who.statements) {
    if (told.fate == Fate::kService && told.play) ++services[*told.play];
  }
  Rows rows;
  for (const ChosenPlay* chosen : streams) {
    const Play& play = *chosen->play;
    const TrackEntry& track = asked.Track(chosen->track);
    if (!track.is_named) continue;
    rows.push_back({NumberCell(play.ended_at_ms), TextCell(texts, track.item_id),
                    TextCell(texts, track.title), TextCell(texts, track.artist), NumberCell(play.played_ms),
                    TextCell(texts, asked.truth.CircumstancesOf(play).source),
                    NumberCell(play.witnesses + services[play.id.identity]), TextCell(MarkOf(asked, play)),
                    TextCell(model::PlayIdText(static_cast<std::int64_t>(play.id.identity)))});
  }
  return rows;
}

constexpr Recount kRecounts[] = {
    {"overlaps", Overlaps}, {"coverage", Coverage}, {"settlement", Settlement}, {"plays_behind", BehindRows}};

}  // namespace

std::span<const Recount> WitnessRecounts() { return kRecounts; }

}  // namespace earprint::audit
