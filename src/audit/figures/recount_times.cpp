#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <map>
#include <set>

#include "audit/figures/recounts.hpp"

namespace earprint::audit {

namespace {

struct Sum {
  std::int64_t plays = 0, ms = 0;
  void Add(const ChosenPlay& play) {
    ++plays;
    ms += play.play->played_ms;
  }
};

Rows Timeline(const Asked& asked) {
  struct Period : Sum {
    boost::unordered_flat_set<std::uint32_t> tracks = {}, artists = {};
  };
  std::map<std::int64_t, Period> periods;
  asked.ForStreams([&](const ChosenPlay& play) {
    Period& period = periods[play.period];
    period.Add(play);
    period.tracks.insert(play.track);
    period.artists.insert(play.artist);
  });
  Rows rows;
  if (periods.empty()) return rows;
  const std::int64_t last = periods.rbegin()->first;
  for (std::int64_t at = periods.begin()->first; at <= last; at = PeriodAfter(at, asked.conditions.grain)) {
    const Period& period = periods[at];
    rows.push_back({NumberCell(at), NumberCell(period.plays), NumberCell(period.ms),
                    NumberCell(static_cast<std::int64_t>(period.tracks.size())),
                    NumberCell(static_cast<std::int64_t>(period.artists.size()))});
  }
  return rows;
}

Rows Clock(const Asked& asked) {
  constexpr int kDays = 7, kHours = 24;
  std::array<std::array<Sum, kHours>, kDays> cells = {};
  asked.ForStreams([&](const ChosenPlay& play) {
    cells[static_cast<std::size_t>(play.weekday - 1)][static_cast<std::size_t>(play.hour)].Add(play);
  });
  Rows rows;
  for (std::size_t day = 0; day < kDays; ++day) {
    for (std::size_t hour = 0; hour < kHours; ++hour) {
      rows.push_back({NumberCell(static_cast<std::int64_t>(day) + 1),
                      NumberCell(static_cast<std::int64_t>(hour)), NumberCell(cells[day][hour].plays),
                      NumberCell(cells[day][hour].ms)});
    }
  }
  return rows;
}

Rows Calendar(const Asked& asked) {
  std::map<std::int64_t, Sum> days;
  asked.ForStreams([&](const ChosenPlay& play) { days[play.day].Add(play); });
  Rows rows;
  for (const auto& [day, sum] : days)
    rows.push_back({NumberCell(day), NumberCell(sum.plays), NumberCell(sum.ms)});
  return rows;
}

Rows Streaks(const Asked& asked) {
  std::set<std::int64_t> days;
  asked.ForStreams([&](const ChosenPlay& play) { days.insert(play.day); });
  std::vector<std::pair<std::int64_t, std::int64_t>> runs;  // first and last day
  for (const std::int64_t day : days) {
    if (!runs.empty() && runs.back().second + 1 == day) {
      runs.back().second = day;
    } else {
      runs.emplace_back(day, day);
    }
  }
  std::ranges::stable_sort(runs, std::greater<>(), [](const auto& run) { return run.second - run.first; });
  runs.resize(std::min(runs.size(), asked.limit()));
  Rows rows;
  for (const auto& [first, last] : runs)
    rows.push_back({NumberCell(first), NumberCell(last), NumberCell(last - first + 1)});
  return rows;
}

Rows Sessions(const Asked& asked) {
  constexpr std::int64_t kPauseMs = 30 * 60'000;
  struct Session : Sum {
    std::int64_t started_ms = INT64_MAX, ended_ms = 0;
  };
  std::vector<const ChosenPlay*> streams;
  asked.ForStreams([&](const ChosenPlay& play) { streams.push_back(&play); });
  std::ranges::sort(streams, {}, [](const ChosenPlay* play) {
    return std::pair(play->play->ended_at_ms, -play->play->played_ms);
  });
  std::vector<Session> sessions;
  for (const ChosenPlay* stream : streams) {
    const std::int64_t ended_ms = stream->play->ended_at_ms, started_ms = ended_ms - stream->play->played_ms;
    if (sessions.empty() || started_ms - sessions.back().ended_ms > kPauseMs) sessions.emplace_back();
    Session& session = sessions.back();
    session.Add(*stream);
    session.started_ms = std::min(session.started_ms, started_ms);
    session.ended_ms = ended_ms;
  }
  std::ranges::sort(sessions, std::greater<>(),
                    [](const Session& session) { return std::pair(session.started_ms, session.ended_ms); });
  sessions.resize(std::min(sessions.size(), asked.limit()));
  Rows rows;
  for (const Session& session : sessions) {
    rows.push_back({NumberCell(session.started_ms), NumberCell(session.ended_ms), NumberCell(session.plays),
                    NumberCell(session.ms)});
  }
  return rows;
}

Rows Discoveries(const Asked& asked) {
  const model::Conditions& c = asked.conditions;
  boost::unordered_flat_map<std::uint32_t, std::int64_t> first_of_track, first_of_artist;
  for (const Play& play : asked.who.plays) {  // by their end: the first one met is the first
    if (!play.is_track || play.played_ms < c.min_ms) continue;
    const Spelling& spelling = asked.truth.SpellingOf(play);
    const TrackEntry& track = asked.Track(spelling.track);
    if (c.by == "recording" && !track.is_named) continue;
    first_of_track.try_emplace(c.by == "recording" ? track.recording : spelling.track, play.ended_at_ms);
    first_of_artist.try_emplace(spelling.artist_no, play.ended_at_ms);
  }
  boost::unordered_flat_map<std::uint32_t, std::int64_t> met_track, met_artist;  // in which period
  asked.ForStreams([&](const ChosenPlay& play) {
    const std::int64_t at_ms = play.play->ended_at_ms;
    if (first_of_track.at(play.track) == at_ms) met_track.try_emplace(play.track, play.period);
    if (first_of_artist.at(play.artist) == at_ms) met_artist.try_emplace(play.artist, play.period);
  });
  struct Period {
    std::int64_t tracks = 0, artists = 0, plays_of_new = 0, plays = 0;
  };
  std::map<std::int64_t, Period> periods;
  asked.ForStreams([&](const ChosenPlay& play) {
    Period& period = periods[play.period];
    ++period.plays;
    const auto met = met_track.find(play.track);
    if (met != met_track.end() && met->second == play.period) ++period.plays_of_new;
  });
  for (const auto& [track, period] : met_track) ++periods[period].tracks;
  for (const auto& [artist, period] : met_artist) ++periods[period].artists;
  Rows rows;
  for (const auto& [at, period] : periods) {
    rows.push_back({NumberCell(at), NumberCell(period.tracks), NumberCell(period.artists),
                    NumberCell(period.plays_of_new), NumberCell(period.plays)});
  }
  return rows;
}

constexpr Recount kRecounts[] = {{"timeline", Timeline}, {"clock", Clock},
                                 {"calendar", Calendar}, {"streaks", Streaks},
                                 {"sessions", Sessions}, {"discoveries", Discoveries}};

}  // namespace

std::span<const Recount> TimeRecounts() { return kRecounts; }

}  // namespace earprint::audit
