#include "metrics/selection_sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "metrics/zone_table.hpp"

namespace earprint::metrics {

namespace {

// Which recording a track is, as its ISRC tells it and the listener corrects it.
constexpr std::string_view kRecordingKey = "coalesce(m.recording_key, r.recording_key)";
constexpr std::string_view kRecordingJoin =
    " join silver_track r on r.track_key = p.track_key left join silver_recording m on m.track_key = "
    "p.track_key";

bool IsWholeFeature(std::string_view feature) {
  return feature == "key" || feature == "mode" || feature == "time_signature";
}

/// f_lower(column) in ('a', 'b').
std::string AnyText(std::string_view column, const std::vector<std::string>& values) {
  std::string list;
  for (const std::string& value : values)
    list += (list.empty() ? "" : ", ") + fmt::format("f_lower({})", SqlText(value));
  return fmt::format("f_lower({}) in ({})", column, list);
}

std::string YesNo(std::string_view expression, bool wanted) {
  return fmt::format("{} = {}", expression, wanted ? "true" : "false");
}

std::string InContext(const std::string& condition) {
  return "p.context_key in (select context_key from silver_context where " + condition + ")";
}

/// Conditions on what a track is, told by its key.
void AddTrackTraits(const model::Conditions& c, std::string_view track_key, std::vector<std::string>& where) {
  const auto is_among = [&](std::string_view table, const std::string& condition) {
    where.push_back(fmt::format("{} in (select track_key from {} where {})", track_key, table, condition));
  };
  if (!c.tracks.empty()) {
    std::string ids;
    for (const std::string& track : c.tracks) ids += (ids.empty() ? "" : ", ") + SqlText(track);
    is_among("silver_track", "track_id in (" + ids + ") or " + AnyText("title", c.tracks));
  }
  if (!c.genres.empty()) is_among("silver_track_genre", AnyText("genre", c.genres));
  if (c.released) {
    is_among("silver_track",
             fmt::format("release_year between {} and {}", c.released->first, c.released->second));
  }
  for (const model::FeatureBound& bound : c.features) {
    const std::string column = IsWholeFeature(bound.feature)
                                   ? "cast(" + bound.feature + " as bigint) * 1000000"
                                   : bound.feature + "_e6";
    is_among("silver_track_feature", fmt::format("{} {} {}", column, bound.comparison, bound.value_e6));
  }
}

std::string IsCalled(const std::vector<std::string>& playlists) {
  return "(" + AnyText("called", playlists) + " or " + AnyText("playlist_id", playlists) + ")";
}

/// The relations chosen_playlist and chosen_track: the lists that the conditions name, as they stood at `to`.
base::Result<std::string> ChosenListsSql(const model::Conditions& c, const std::string& listener) {
  std::vector<std::string> lists = {"listener = " + SqlText(listener)};
  std::vector<std::string> tracks = {"s.kind = 'track'"};
  if (c.to.empty()) {
    lists.emplace_back("ended_at_ms is null");
    tracks.emplace_back("s.valid_to_ms is null");
  } else {
    auto to = LocalToUtcMs(c.to, c.tz);
    if (!to) return std::unexpected(to.error());
    lists.push_back(fmt::format("(ended_at_ms is null or ended_at_ms >= {})", *to));
    tracks.push_back(
        fmt::format("s.valid_from_ms < {0} and (s.valid_to_ms is null or s.valid_to_ms >= {0})", *to));
  }
  if (!c.playlists.empty()) lists.push_back(IsCalled(c.playlists));
  for (const auto& [column, names] : {std::pair("artist", &c.artists), std::pair("album", &c.albums)}) {
    if (names->empty()) continue;
    tracks.push_back("s.track_key in (select track_key from silver_track where " + AnyText(column, *names) +
                     ")");
  }
  AddTrackTraits(c, "s.track_key", tracks);
  return fmt::format(
      "chosen_playlist as (select playlist_no, playlist_id, name, is_read from silver_playlist where {}), "
      "chosen_track as (select s.playlist_no, s.track_key, min(s.added_at_ms) as added_at_ms from "
      "silver_playlist_stay s join chosen_playlist l on l.playlist_no = s.playlist_no where {} "
      "group by s.playlist_no, s.track_key), ",
      fmt::join(lists, " and "), fmt::join(tracks, " and "));
}

/// Conditions on names. Where a body asks for lists, `playlist` chooses these and not the plays.
void AddNames(const model::Conditions& c, std::vector<std::string>& where, const std::string& listener,
              bool has_lists) {
  if (!c.artists.empty()) {
    where.push_back("p.artist_key in (select artist_key from silver_artist where " +
                    AnyText("artist", c.artists) + ")");
  }
  if (!c.albums.empty()) {
    where.push_back("p.album_key in (select album_key from silver_album where " + AnyText("album", c.albums) +
                    ")");
  }
  if (!c.playlists.empty() && !has_lists) {
    where.push_back("p.track_key in (select track_key from silver_playlist_track where listener = " +
                    SqlText(listener) + " and " + IsCalled(c.playlists) + ")");
  }
  if (!c.sources.empty()) where.push_back(InContext(AnyText("source", c.sources)));
  if (!c.platforms.empty()) where.push_back(InContext(AnyText("platform", c.platforms)));
  if (!c.countries.empty()) where.push_back(InContext(AnyText("country", c.countries)));
}

base::Result<void> AddTimes(const model::Conditions& c, std::vector<std::string>& where,
                            const std::string& hour, const std::string& weekday) {
  if (!c.from.empty()) {
    auto from = LocalToUtcMs(c.from, c.tz);
    if (!from) return std::unexpected(from.error());
    where.push_back(fmt::format("p.ended_at_ms >= {}", *from));
  }
  if (!c.to.empty()) {
    auto to = LocalToUtcMs(c.to, c.tz);
    if (!to) return std::unexpected(to.error());
    where.push_back(fmt::format("p.ended_at_ms < {}", *to));
  }
  if (c.hours) {
    const auto [from, to] = *c.hours;
    const std::string_view joint = from < to ? "and" : "or";  // over midnight either side will do
    where.push_back(fmt::format("({0} >= {1} {2} {0} < {3})", hour, from, joint, to));
  }
  if (!c.weekdays.empty()) where.push_back(fmt::format("{} in ({})", weekday, fmt::join(c.weekdays, ", ")));
  return {};
}

void AddRest(const model::Conditions& c, std::vector<std::string>& where) {
  AddTrackTraits(c, "p.track_key", where);
  if (c.shuffle) where.push_back(InContext(YesNo("shuffle", *c.shuffle)));
  if (c.offline) where.push_back(InContext(YesNo("offline", *c.offline)));
  if (c.skipped) where.push_back(YesNo("p.was_skipped", *c.skipped));
  if (!c.plays.empty()) where.push_back(fmt::format("p.play_id in ({})", fmt::join(c.plays, ", ")));
}

std::string ListenersTracks(const std::string& listener) {
  return "p.listener_key = f_id(" + SqlText(listener) + ") and p.is_track";
}

/// The relation local_gap: for each local hour how much of it lies in a gap, gaps that overlap counted once a
/// quarter.
base::Result<std::string> LocalGapSql(const model::Conditions& c, const SelectionContext& context) {
  std::string within;
  for (const auto& [date, bound] : {std::pair(&c.from, "g.to_ms >"), std::pair(&c.to, "g.from_ms <")}) {
    if (date->empty()) continue;
    auto at = LocalToUtcMs(*date, c.tz);
    if (!at) return std::unexpected(at.error());
    within += fmt::format(" and {} {}", bound, *at);
  }
  return fmt::format(
      ", gap_day as (select g.from_ms, g.to_ms, d.i * 96 as first_quarter from silver_gap g "
      "join range(12000, 40000) as d(i) on d.i between f_idiv(g.from_ms, 86400000) and f_idiv(g.to_ms, "
      "86400000) "
      "where g.listener = {0}{3}), "
      "gap_quarter as (select g.first_quarter + q.i as quarter, max(least(g.to_ms, (g.first_quarter + q.i + "
      "1) * "
      "900000) - greatest(g.from_ms, (g.first_quarter + q.i) * 900000)) as gap_ms "
      "from gap_day g cross join range(0, 96) as q(i) group by g.first_quarter + q.i), "
      "local_gap as (select f_idiv({1}, 86400000) as day_no, f_idiv(mod({1}, 86400000), 3600000) as hour_no, "
      "q.gap_ms from gap_quarter q{2} where q.gap_ms > 0)",
      SqlText(context.listener), context.zone.LocalSql("(q.quarter * 900000)"),
      context.zone.JoinSql("f_idiv(q.quarter, 96)", "q.quarter"), within);
}

bool Contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// The relation track: names under the key that plays are counted by.
std::string TrackSql(bool by_recording) {
  if (!by_recording) return ", track as (select track_key, track_id, title, artist from silver_track)";
  return fmt::format(
      ", track as (select track_key, track_id, title, artist from (select {0} as track_key, r.track_id, "
      "r.title, r.artist, row_number() over (partition by {0} order by r.track_id nulls last, r.title nulls "
      "last, r.artist nulls last, r.track_key) as choice from silver_track r left join silver_recording m on "
      "m.track_key = r.track_key) n where choice = 1)",
      kRecordingKey);
}

/// A metric's body with what the question chose in the place of its parameters. One pass, so that nothing in
/// a listener's name is taken for a parameter.
std::string WithParameters(const model::Conditions& c, const std::string& listener, std::string_view body) {
  std::vector<std::pair<std::string, std::string>> parameters = {
      {"p_limit()", std::to_string(c.limit)},
      {"p_file()", SqlText(c.file)},
      {"p_bucket()", SqlText(c.bucket)},
      {"p_listener()", SqlText(listener)},
      {"p_x()", SqlText(c.x)},
      {"p_y()", SqlText(c.y)},
      {"p_rule()", SqlText(c.rule)},
      {"p_against()", SqlText(c.against)},
      {"p_year()", c.year == 0 ? "cast(null as bigint)" : std::to_string(c.year)},
      {"f_period(", "f_period_" + c.grain + "("},
      {"f_weight(", "f_weight_" + c.weight + "("},
  };
  for (std::size_t i = 0; i < model::kSaidFigures.size(); ++i) {
    const std::string figure(model::kSaidFigures[i]);
    const auto said = std::ranges::find(c.said, figure, &std::pair<std::string, std::string>::first);
    const bool is_number = i < model::kSaidNumbers;
    std::string told = is_number ? "cast(null as bigint)" : "cast(null as varchar)";
    if (said != c.said.end()) told = is_number ? said->second : SqlText(said->second);
    parameters.emplace_back("p_said_" + figure + "()", std::move(told));
  }
  std::string told;
  while (!body.empty()) {
    const auto found = std::ranges::find_if(
        parameters, [body](const auto& parameter) { return body.starts_with(parameter.first); });
    const bool is_parameter = found != parameters.end();
    told += is_parameter ? std::string_view(found->second) : body.substr(0, 1);
    body.remove_prefix(is_parameter ? found->first.size() : 1);
  }
  return told;
}

}  // namespace

std::string SqlText(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    if (c == '\0') {  // no SQL text holds it, and the warehouse has this in its place
      quoted += base::kReplacementCharacter;
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string SqlTexts(std::span<const std::string> texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + SqlText(text);
  return list;
}

bool NeedsLocalTime(const model::Conditions& conditions, std::string_view body) {
  return Contains(body, "local_") || conditions.hours.has_value() || !conditions.weekdays.empty();
}

base::Result<std::string> ComposeMetricSql(const model::Conditions& c, const SelectionContext& context,
                                           const std::string& body) {
  const std::string local = context.zone.LocalSql("p.ended_at_ms");
  const std::string day = fmt::format("f_idiv({}, 86400000)", local);
  const std::string weekday = fmt::format("(mod({} + 3, 7) + 1)", day);
  const std::string hour = fmt::format("f_idiv(mod({}, 86400000), 3600000)", local);
  std::vector<std::string> where = {ListenersTracks(context.listener)};
  if (auto added = AddTimes(c, where, hour, weekday); !added) return std::unexpected(added.error());
  const bool has_lists = Contains(body, "chosen_playlist") || Contains(body, "chosen_track");
  AddNames(c, where, context.listener, has_lists);
  AddRest(c, where);
  const bool needs_all = Contains(body, "selection_all");
  if (!needs_all && c.min_ms > 0) where.push_back(fmt::format("p.played_ms >= {}", c.min_ms));
  const bool by_recording = c.by == "recording";
  // Only what the body names: the engine lays a relation that is read twice down with every column it has.
  const std::array<std::pair<std::string_view, std::string>, 14> columns = {
      {{"play_id", "p.play_id"},
       {"ended_at_ms", "p.ended_at_ms"},
       {"track_key", by_recording ? std::string(kRecordingKey) : "p.track_key"},
       {"own_track_key", "p.track_key"},
       {"artist_key", "p.artist_key"},
       {"album_key", "p.album_key"},
       {"context_key", "p.context_key"},
       {"was_skipped", "p.was_skipped"},
       {"witnesses", "p.witnesses"},
       {"told_by", "p.told_by"},
       {"local_day", day},
       {"local_weekday", weekday},
       {"local_hour", hour},
       {"local_period", "d.period"}}};
  const bool needs_period = Contains(body, "local_period");
  std::string sql = "with ";
  if (has_lists) {
    auto lists = ChosenListsSql(c, context.listener);
    if (!lists) return lists;
    sql += *lists;
  }
  sql += "selection_all as (select p.played_ms";
  for (const auto& [name, expression] : columns) {
    if (Contains(body, name)) sql += fmt::format(", {} as {}", expression, name);
  }
  sql += " from silver_play p";
  sql += context.zone.JoinSql("p.ended_day", "f_idiv(p.ended_at_ms, 900000)");
  // Left, though every day has a period: engines then know that the join keeps every play.
  if (needs_period) sql += fmt::format(" left join period_of_{} d on d.day_no = {}", c.grain, day);
  if (by_recording) sql += kRecordingJoin;
  sql += fmt::format(" where {}), ", fmt::join(where, " and "));
  sql += fmt::format("selection as (select * from selection_all where played_ms >= {})", c.min_ms);
  if (Contains(body, "history")) {
    const std::string_view key = by_recording ? kRecordingKey : "p.track_key";
    sql += fmt::format(
        ", history as (select {} as track_key, p.artist_key, p.ended_at_ms from silver_play p {} where {} "
        "and "
        "p.played_ms >= {})",
        key, by_recording ? kRecordingJoin : "", ListenersTracks(context.listener), c.min_ms);
  }
  if (Contains(body, "local_gap")) {
    auto gaps = LocalGapSql(c, context);
    if (!gaps) return gaps;
    sql += *gaps;
  }
  if (Contains(body, "join track t")) sql += TrackSql(by_recording);
  return sql + " select * from (" + WithParameters(c, context.listener, body) + ")";
}

std::string PeriodTableSql(const model::Conditions& c, std::string_view body) {
  if (!Contains(body, "local_period")) return "";
  return fmt::format(
      "create temp table if not exists period_of_{0} as select i as day_no, f_period_{0}(i) as period "
      "from range(12000, 40000) as r(i)",
      c.grain);
}

}  // namespace earprint::metrics
