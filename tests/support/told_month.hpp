#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/utc_time.hpp"
#include "tests/support/opened_pipeline.hpp"

namespace earprint::testing {

/// A play of the invented Spotify's script, and what of it reached the client.
struct ScriptedPlay {
  std::string track_id;
  std::string kind;
  std::int64_t started_ms = 0, ended_ms = 0, played_ms = 0, played_at_ms = 0, listed_from_ms = 0;
  bool is_listed = false, ran_out = false;
  bool was_shown = false;  ///< by the list
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
  std::int64_t unseen_ms = 0;  ///< the longest time between two looks at it

  bool WasTold() const { return was_shown || first_seen_ms > 0; }

  /// From its beginning to its end, as often as anybody looks, but for a look that failed.
  bool WasWatched() const {
    constexpr std::int64_t kOftenMs = 16'000;
    return first_seen_ms > 0 && first_seen_ms - started_ms <= kOftenMs &&
           ended_ms - last_seen_ms <= kOftenMs && unseen_ms <= 2 * kOftenMs;
  }

  std::string Text() const {
    return fmt::format("{} from {} to {} played {} ms, stamp {}, {} by the list, seen from {} to {}",
                       track_id, base::FormatInstant({started_ms}), base::FormatInstant({ended_ms}),
                       played_ms, base::FormatInstant({played_at_ms}), was_shown ? "shown" : "not shown",
                       base::FormatInstant({first_seen_ms}), base::FormatInstant({last_seen_ms}));
  }
};

/// The rows of the invented Spotify's truth about one listener.
inline std::vector<ScriptedPlay> ReadScript(const boost::json::array& rows) {
  std::vector<ScriptedPlay> all;
  for (const boost::json::value& row : rows) {
    ScriptedPlay play;
    if (row.at("track_id").is_string()) play.track_id = std::string(row.at("track_id").as_string());
    play.kind = std::string(row.at("kind").as_string());
    play.started_ms = row.at("started_ms").as_int64();
    play.ended_ms = row.at("ended_ms").as_int64();
    play.played_ms = row.at("played_ms").as_int64();
    play.played_at_ms = row.at("played_at_ms").as_int64();
    play.listed_from_ms = row.at("listed_from_ms").as_int64();
    play.is_listed = row.at("is_listed").as_bool();
    play.ran_out = row.at("ending").as_string() == "ran_out";
    play.was_shown = !row.at("first_shown_ms").is_null();
    all.push_back(std::move(play));
  }
  return all;
}

struct StoredPlay {
  std::string track_id;
  std::int64_t began_ms, ended_ms, played_ms, precision_ms;
  bool is_estimated;  ///< nobody measured it: its end may be off by its length
};

struct StoredGap {
  std::int64_t from_ms, to_ms;
};

/// What the figures rest on after a time.
struct StoredMonth {
  std::vector<StoredPlay> plays;
  std::vector<StoredGap> gaps;
  std::int64_t playlists = 0;
  std::int64_t episodes = 0;                              ///< plays of what is no music
  std::map<std::string, std::vector<std::string>> lists;  ///< what each holds at the end, sorted
};

/// Deals a batch's events out into `count` batches, in another order than they came in.
inline std::vector<model::EventBatch> Dealt(const model::EventBatch& all, std::size_t count,
                                            std::mt19937& random) {
  std::vector<model::EventRef> events = all.events;
  std::ranges::shuffle(events, random);
  std::vector<model::EventBatch> batches(count);
  for (std::size_t i = 0; i < events.size(); ++i) {
    model::EventBatch& batch = batches[i % count];
    model::EventRef event = events[i];
    const std::string_view line = std::string_view(all.lines).substr(event.begin, event.size);
    event.begin = static_cast<std::uint32_t>(batch.lines.size());
    batch.lines += line;
    batch.events.push_back(event);
    ++batch.read;
  }
  return batches;
}

inline std::int64_t Number(const ports::Cell& value) { return std::get<std::int64_t>(value); }

/// What a house that knows one listener holds.
inline StoredMonth StoredIn(app::Pipeline& pipeline) {
  StoredMonth month;
  auto session = pipeline.engine().Connect();
  auto plays = (*session)->Query(
      "select t.track_id, coalesce(m.began_at_ms, p.ended_at_ms - p.played_ms), p.ended_at_ms, p.played_ms, "
      "greatest(r.ended_precision_ms, coalesce(m.looked_after_ms, 0) - p.ended_at_ms), "
      "cast(case when l.is_estimated and l.ended_precision_ms >= p.played_ms then 1 else 0 end as bigint) "
      "from silver_play p join silver_track t on t.track_key = p.track_key "
      "join raw_play r on r.identity = p.play_id and r.details = p.event_id "
      "left join silver_live_play l on l.play_id = p.play_id "
      "left join raw_play_more m on m.identity = r.identity and m.details = r.details "
      "where p.is_track and t.track_id is not null");
  EXPECT_TRUE(plays) << plays.error().Text();
  for (const auto& row : plays->rows)
    month.plays.push_back({std::get<std::string>(row[0]), Number(row[1]), Number(row[2]), Number(row[3]),
                           Number(row[4]), Number(row[5]) == 1});
  auto gaps = (*session)->Query("select from_ms, to_ms from silver_gap");
  EXPECT_TRUE(gaps) << gaps.error().Text();
  for (const auto& row : gaps->rows) month.gaps.push_back({Number(row[0]), Number(row[1])});
  auto playlists = (*session)->Query("select count(*) from silver_playlist");
  EXPECT_TRUE(playlists) << playlists.error().Text();
  month.playlists = Number(playlists->rows[0][0]);
  auto episodes = (*session)->Query("select count(*) from silver_play where not is_track");
  EXPECT_TRUE(episodes) << episodes.error().Text();
  month.episodes = Number(episodes->rows[0][0]);
  auto held = (*session)->Query(
      "select y.playlist_id, i.item_id from silver_playlist_stay y join (select distinct track_key, item_id "
      "from raw_playlist_track) i on i.track_key = y.track_key where y.valid_to_ms is null and i.item_id is "
      "not null order by 1, 2");
  EXPECT_TRUE(held) << held.error().Text();
  for (const auto& row : held->rows)
    month.lists[std::get<std::string>(row[0])].push_back(std::get<std::string>(row[1]));
  return month;
}

/// Brings everything that was learned into a house of its own, in any order, and asks what came of it.
inline StoredMonth StoredOf(const model::EventBatch& all, std::mt19937& random,
                            const std::string& listener = "me") {
  const TempFolder folder;
  auto pipeline = OpenAt(folder / "s");
  constexpr std::size_t kBatches = 4;
  for (model::EventBatch& batch : Dealt(all, kBatches, random))
    EXPECT_TRUE(pipeline->Take(std::move(batch), "test", listener));
  return StoredIn(*pipeline);
}

/// A play may be off by what lies between two looks, and the looks' own slack.
inline constexpr std::int64_t kEndSlackMs = 16'000;

/// Whether nothing that Spotify showed tells if a play's one stamp is its end or its start: no look saw it,
/// and the stamp is the start, or the play did not fill its track's length, or what followed began where it
/// would have ended had the stamp been its start.
inline bool IsEndOpen(const ScriptedPlay& play, const StoredMonth& month) {
  if (play.first_seen_ms > 0) return false;
  if (play.played_at_ms == play.started_ms || !play.ran_out) return true;
  constexpr std::int64_t kExactMs = 1'500;
  const std::int64_t as_start_ms = play.played_at_ms + play.played_ms;
  return std::ranges::any_of(month.plays, [as_start_ms](const StoredPlay& next) {
    return std::abs(next.began_ms - as_start_ms) <= kExactMs;
  });
}

/// How far apart, or nothing where the stored one cannot be this play.
inline std::optional<std::int64_t> OffMs(const ScriptedPlay& play, bool is_end_open, const StoredPlay& one) {
  if (one.track_id != play.track_id) return {};
  std::int64_t off_ms = std::abs(one.ended_ms - play.ended_ms);
  if (is_end_open && one.is_estimated) {
    off_ms = std::min({off_ms, std::abs(one.ended_ms - play.played_at_ms),
                       std::abs(one.ended_ms - one.played_ms - play.played_at_ms)});
  }
  return off_ms <= kEndSlackMs + one.precision_ms ? std::optional(off_ms) : std::nullopt;
}

/// The script's place for each stored play, nearest first; -1 where there is none.
inline std::vector<int> Paired(const std::vector<ScriptedPlay>& script, const StoredMonth& month) {
  const std::vector<StoredPlay>& stored = month.plays;
  std::vector<bool> is_end_open(script.size());
  for (std::size_t i = 0; i < script.size(); ++i) is_end_open[i] = IsEndOpen(script[i], month);
  std::map<std::string, std::vector<int>> by_track;
  for (int i = 0; i < static_cast<int>(script.size()); ++i) by_track[script[i].track_id].push_back(i);
  std::vector<std::tuple<std::int64_t, int, int>> near;
  for (int k = 0; k < static_cast<int>(stored.size()); ++k) {
    for (const int i : by_track[stored[k].track_id]) {
      if (const auto off_ms = OffMs(script[i], is_end_open[i], stored[k])) near.emplace_back(*off_ms, i, k);
    }
  }
  std::ranges::sort(near);
  std::vector<int> of_stored(stored.size(), -1);
  std::vector<bool> is_taken(script.size());
  for (const auto& [off_ms, i, k] : near) {
    if (is_taken[i] || of_stored[k] >= 0) continue;
    is_taken[i] = true;
    of_stored[k] = i;
  }
  return of_stored;
}

/// What went otherwise than it should, a line each.
struct MonthFaults {
  std::vector<std::string> lost, invented, unsaid;
  std::size_t open = 0;               ///< plays told as estimated whose end is another than the true one
  std::size_t hidden = 0;             ///< plays that the list would have shown, had it been read in time
  std::vector<std::string> misheard;  ///< of the watched ones: other milliseconds than were heard
  std::size_t watched = 0, coarse = 0, shown_in_gaps = 0;
  std::int64_t gaps_ms = 0;
};

inline MonthFaults FaultsOf(const std::vector<ScriptedPlay>& script, const StoredMonth& month) {
  MonthFaults faults;
  std::vector<bool> is_stored(script.size());
  const std::vector<int> of_stored = Paired(script, month);
  for (std::size_t k = 0; k < of_stored.size(); ++k) {
    if (of_stored[k] >= 0) {
      const ScriptedPlay& play = script[static_cast<std::size_t>(of_stored[k])];
      is_stored[static_cast<std::size_t>(of_stored[k])] = true;
      const StoredPlay& one = month.plays[k];
      if (one.is_estimated && std::abs(one.ended_ms - play.ended_ms) > kEndSlackMs) ++faults.open;
      if (!play.WasWatched()) continue;
      ++faults.watched;
      constexpr std::int64_t kHeardSlackMs = 8'000;  // an answer may be six seconds old
      if (std::abs(one.played_ms - play.played_ms) > kHeardSlackMs)
        faults.misheard.push_back(fmt::format("{}, stored {} ms", play.Text(), one.played_ms));
      continue;
    }
    const StoredPlay& one = month.plays[k];
    faults.invented.push_back(fmt::format("{} ended {} played {} ms, precision {} ms", one.track_id,
                                          base::FormatInstant({one.ended_ms}), one.played_ms,
                                          one.precision_ms));
  }
  faults.coarse = static_cast<std::size_t>(std::ranges::count_if(
      month.plays, [](const StoredPlay& one) { return one.precision_ms > kEndSlackMs; }));
  for (const StoredGap& gap : month.gaps) {
    faults.gaps_ms += gap.to_ms - gap.from_ms;
    faults.shown_in_gaps +=
        static_cast<std::size_t>(std::ranges::count_if(script, [&](const ScriptedPlay& play) {
          return play.was_shown && play.played_at_ms > gap.from_ms && play.played_at_ms < gap.to_ms;
        }));
  }
  for (std::size_t i = 0; i < script.size(); ++i) {
    const ScriptedPlay& play = script[i];
    if (play.track_id.empty() || is_stored[i]) continue;
    if (play.WasTold()) {
      faults.lost.push_back(play.Text());
    } else if (play.is_listed) {
      ++faults.hidden;
      const bool is_said = std::ranges::any_of(month.gaps, [&play](const StoredGap& gap) {
        return play.played_at_ms >= gap.from_ms && play.played_at_ms <= gap.to_ms;
      });
      if (!is_said) faults.unsaid.push_back(play.Text());
    }
  }
  return faults;
}

}  // namespace earprint::testing
