// Figures under other rules of counting. Source: docs/decisions/20261128_counting_rules.md
#include <date/date.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <tuple>

#include "audit/figures/recounts.hpp"
#include "audit/figures/whole_numbers.hpp"
#include "audit/lake/plain_text.hpp"
#include "base/utc_time.hpp"

namespace earprint::audit {

namespace {

constexpr std::int64_t kStreamMs = 30'000, kLongMs = 240'000, kTailMs = 2'000;

/// What a rule asks of a play.
struct Judged {
  std::int64_t played_ms = 0;
  std::optional<std::int64_t> length_ms;
  bool is_private = false, is_in_time = false, is_end = false;

  bool Counts(std::string_view rule) const {
    if (rule == "any") return true;
    if (rule == "end") return is_end;
    if (rule == "half" && length_ms)
      return *length_ms > kStreamMs && (played_ms * 2 >= *length_ms || played_ms >= kLongMs);
    return played_ms >= kStreamMs && (rule != "wrapped" || (!is_private && is_in_time));
  }

  /// Why a rule does not take it.
  std::string_view WhyNot(std::string_view rule) const {
    if (rule == "half" && length_ms) {
      return *length_ms <= kStreamMs ? "the track is no longer than 30 s"
                                     : "less than half of it, and than four minutes";
    }
    if (rule == "end") return "not played to its end";
    if (rule == "wrapped" && is_private) return "in a private session";
    if (rule == "wrapped" && !is_in_time) return "after the cut-off";
    return "shorter than 30 s";
  }
};

/// Whether a day is no later than the last that a Wrapped of its year is held to count.
bool IsInTime(std::int64_t day) {
  const date::year_month_day at{date::sys_days{date::days(day)}};
  const bool is_early = static_cast<int>(at.year()) < 2023;
  const auto last = at.year() / (is_early ? date::October / 31 : date::November / 15);
  return at <= last;
}

Judged Judge(const Asked& asked, const ChosenPlay& play) {
  const Circumstances& how = asked.truth.CircumstancesOf(*play.play);
  Judged judged{.played_ms = play.play->played_ms};
  judged.length_ms = asked.Track(play.own_track).length_ms;
  judged.is_private = how.is_private.value_or(false);
  judged.is_in_time = IsInTime(play.day);
  judged.is_end = how.reason_end != kNone
                      ? asked.truth.lake.texts[how.reason_end] == "trackdone"
                      : judged.length_ms && judged.played_ms + kTailMs >= *judged.length_ms;
  return judged;
}

Rows Rules(const Asked& asked) {
  struct Sum {
    std::int64_t plays = 0, ms = 0;
  };
  std::array<Sum, model::kCountingRules.size()> sums = {};
  for (const ChosenPlay& play : asked.plays) {
    const Judged judged = Judge(asked, play);
    for (std::size_t i = 0; i < sums.size(); ++i) {
      if (!judged.Counts(model::kCountingRules[i])) continue;
      ++sums[i].plays;
      sums[i].ms += judged.played_ms;
    }
  }
  Rows rows;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    rows.push_back({TextCell(model::kCountingRules[i]), NumberCell(sums[i].plays), NumberCell(sums[i].ms),
                    NumberCell(sums[i].plays - sums[1].plays)});
  }
  return rows;
}

Rows RuleDifference(const Asked& asked) {
  struct Sum {
    std::int64_t plays = 0, ms = 0, last_ms = INT64_MIN;
  };
  using Key = std::tuple<std::string_view, std::string_view, std::uint32_t>;  // counted by, why not, track
  std::map<Key, Sum> sums;
  const std::string &rule = asked.conditions.rule, &against = asked.conditions.against;
  for (const ChosenPlay& play : asked.plays) {
    const Judged judged = Judge(asked, play);
    const bool is_one = judged.Counts(rule);
    if (is_one == judged.Counts(against)) continue;
    Sum& sum = sums[{is_one ? rule : against, judged.WhyNot(is_one ? against : rule), play.track}];
    ++sum.plays;
    sum.ms += judged.played_ms;
    sum.last_ms = std::max(sum.last_ms, play.play->ended_at_ms);
  }
  std::vector<std::pair<Key, Sum>> ordered;
  for (const auto& each : sums) {
    if (asked.Track(std::get<2>(each.first)).is_named) ordered.push_back(each);
  }
  std::ranges::sort(ordered, [&asked](const auto& left, const auto& right) {
    const auto rank = [](const auto& each) {
      return std::tuple(-each.second.plays, -each.second.ms, std::get<0>(each.first),
                        std::get<1>(each.first));
    };
    if (rank(left) != rank(right)) return rank(left) < rank(right);
    return CompareTracks(asked, std::get<2>(left.first), std::get<2>(right.first)) < 0;
  });
  ordered.resize(std::min(ordered.size(), asked.limit()));
  const TextPool& texts = asked.truth.lake.texts;
  Rows rows;
  for (const auto& [key, sum] : ordered) {
    const TrackEntry& track = asked.Track(std::get<2>(key));
    rows.push_back({TextCell(std::get<0>(key)), TextCell(std::get<1>(key)), TextCell(texts, track.item_id),
                    TextCell(texts, track.title), TextCell(texts, track.artist), NumberCell(sum.plays),
                    NumberCell(sum.ms), NumberCell(sum.last_ms)});
  }
  return rows;
}

/// What was heard of something.
struct Heard {
  std::int64_t plays = 0, ms = 0;
  void Add(const ChosenPlay& play) {
    ++plays;
    ms += play.play->played_ms;
  }
};

/// The year that a Wrapped is of, in days. It tries as its end the days from 15 October to 31 December.
struct WrappedYear {
  std::int64_t first_day = 0, after_day = 0, first_end = 0, known_end = 0;

  explicit WrappedYear(std::int64_t number) {
    const date::year year(static_cast<int>(number));
    const auto day_of = [](date::year_month_day at) {
      return std::int64_t{date::sys_days(at).time_since_epoch().count()};
    };
    first_day = day_of(year / date::January / 1);
    after_day = day_of((year + date::years(1)) / date::January / 1);
    first_end = day_of(year / date::October / 15);
    known_end = day_of(number < 2023 ? year / date::October / 31 : year / date::November / 15);
  }
};

/// A year's figures under a rule, up to a day.
struct WrappedFigures {
  std::size_t rule_place = 0;
  std::string_view rule;
  std::int64_t day = 0, away = 0;
  Heard whole;
  std::int64_t artists = 0, tracks = 0;
  std::string top_artist;
  Heard of_top_artist;
  std::optional<std::uint32_t> top_track;  ///< title, by number; kNone where it has none
  Heard of_top_track;
  std::optional<std::int64_t> off_e4;

  std::int64_t minutes() const { return whole.ms / base::kMsPerMinute; }
  std::int64_t artist_minutes() const { return of_top_artist.ms / base::kMsPerMinute; }
};

/// How far figures are off from those that were said: the mean over these, in ten thousandths.
std::optional<std::int64_t> OffFrom(const Asked& asked, const WrappedFigures& f) {
  const std::string_view title = f.top_track ? asked.truth.lake.texts.Or(*f.top_track) : std::string_view();
  std::int64_t off_e4 = 0, said_count = 0;
  for (const auto& [figure, said] : asked.conditions.said) {
    ++said_count;
    if (figure == "top_artist" || figure == "top_track") {
      const std::string_view found = figure == "top_artist" ? std::string_view(f.top_artist) : title;
      off_e4 += LowerText(found) == LowerText(said) ? 0 : 10'000;
      continue;
    }
    std::int64_t wanted = 0;
    std::from_chars(said.data(), said.data() + said.size(), wanted);
    const std::int64_t found = figure == "minutes"              ? f.minutes()
                               : figure == "plays"              ? f.whole.plays
                               : figure == "artists"            ? f.artists
                               : figure == "tracks"             ? f.tracks
                               : figure == "top_artist_minutes" ? f.artist_minutes()
                                                                : f.of_top_track.plays;
    off_e4 += Rounded(Int128{std::abs(found - wanted)} * 10'000, std::max<std::int64_t>(wanted, 1));
  }
  if (said_count == 0) return {};
  return Rounded(off_e4, said_count);
}

/// One rule, day after day.
class WrappedRun {
 public:
  WrappedRun(const Asked& asked, const WrappedYear& year, std::string_view rule, std::size_t place)
      : asked_(asked), year_(year), rule_(rule), place_(place) {
    for (const ChosenPlay& play : asked.plays) {
      if (play.day < year.first_day || play.day >= year.after_day) continue;
      Judged judged = Judge(asked, play);
      judged.is_in_time = true;  // the days are what is tried
      if (judged.Counts(rule)) by_day_[std::max(play.day, year.first_end)].push_back(&play);
    }
  }

  void AddTo(std::vector<WrappedFigures>& all) {
    for (std::int64_t day = year_.first_end; day < year_.after_day; ++day) {
      for (const ChosenPlay* play : by_day_[day]) {
        whole_.Add(*play);
        artists_[play->artist].Add(*play);
        tracks_[play->own_track].Add(*play);
      }
      if (whole_.plays == 0) continue;
      WrappedFigures figures{.rule_place = place_, .rule = rule_, .day = day};
      figures.away = std::abs(day - year_.known_end);
      figures.whole = whole_;
      figures.artists = static_cast<std::int64_t>(artists_.size());
      figures.tracks = static_cast<std::int64_t>(tracks_.size());
      AddTops(figures);
      figures.off_e4 = OffFrom(asked_, figures);
      all.push_back(std::move(figures));
    }
  }

 private:
  void AddTops(WrappedFigures& figures) const {
    const TextPool& texts = asked_.truth.lake.texts;
    const auto rank = [](const Heard& heard) { return std::pair(-heard.plays, -heard.ms); };
    const auto artist = std::ranges::min_element(artists_, [&](const auto& left, const auto& right) {
      if (rank(left.second) != rank(right.second)) return rank(left.second) < rank(right.second);
      return texts.Compare(left.first, right.first) < 0;
    });
    figures.top_artist = texts.Or(artist->first);
    figures.of_top_artist = artist->second;
    std::optional<std::uint32_t> best;
    for (const auto& [track, heard] : tracks_) {
      if (!asked_.Track(track).is_named) continue;
      const bool is_better =
          !best || rank(heard) < rank(figures.of_top_track) ||
          (rank(heard) == rank(figures.of_top_track) && CompareTracks(asked_, track, *best) < 0);
      if (!is_better) continue;
      best = track;
      figures.of_top_track = heard;
    }
    if (best) figures.top_track = asked_.Track(*best).title;
  }

  const Asked& asked_;
  const WrappedYear& year_;
  const std::string_view rule_;
  const std::size_t place_;
  std::map<std::int64_t, std::vector<const ChosenPlay*>> by_day_;
  Heard whole_;
  std::map<std::uint32_t, Heard> artists_, tracks_;
};

Rows Wrapped(const Asked& asked) {
  static constexpr std::array<std::string_view, 5> kNearestFirst = {"wrapped", "30s", "half", "end", "any"};
  std::int64_t number = asked.conditions.year;
  if (number == 0) {
    std::optional<std::int64_t> last_day;
    for (const ChosenPlay& play : asked.plays) last_day = std::max(last_day.value_or(play.day), play.day);
    if (!last_day) return {};
    number = static_cast<int>(date::year_month_day{date::sys_days{date::days(*last_day)}}.year());
  }
  const WrappedYear year(number);
  std::vector<WrappedFigures> all;
  for (std::size_t i = 0; i < kNearestFirst.size(); ++i)
    WrappedRun(asked, year, kNearestFirst[i], i).AddTo(all);
  std::ranges::sort(all, {}, [](const WrappedFigures& f) {
    return std::tuple(f.off_e4.value_or(0), f.away, f.rule_place, f.day);
  });
  all.resize(std::min(all.size(), asked.limit()));
  Rows rows;
  for (const WrappedFigures& f : all) {
    rows.push_back({NumberCell(static_cast<std::int64_t>(rows.size()) + 1), TextCell(f.rule),
                    NumberCell(f.day), NumberCell(f.off_e4), NumberCell(f.minutes()),
                    NumberCell(f.whole.plays), NumberCell(f.artists), NumberCell(f.tracks),
                    TextCell(f.top_artist), NumberCell(f.artist_minutes()),
                    f.top_track ? TextCell(asked.truth.lake.texts, *f.top_track) : model::AnswerCell{},
                    NumberCell(f.of_top_track.plays)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"rules", Rules}, {"rule_difference", RuleDifference}, {"wrapped", Wrapped}};

}  // namespace

std::span<const Recount> RuleRecounts() { return kRecounts; }

}  // namespace earprint::audit
