#include "metrics/publishing/slice_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "metrics/selection_sql.hpp"

namespace earprint::metrics::publishing {

namespace {

/// A part costs some milliseconds to make, to store and to read, whatever is in it; a table of Parquet with
/// this many rows takes some tens of kilobytes. What has no more rows is not cut further.
constexpr std::int64_t kPartRowsMin = 4'096;

const SliceCut kMonths = {
    .chunk = "cast(f_date(f_period_month(t.ended_day)) as varchar)",
    .span = "f_period_year(t.ended_day)",
    .span_chunk = "substring(cast(f_date(f_period_year(t.ended_day)) as varchar), 1, 4)"};

SliceCut Sixteenths(std::string_view key) {
  return {.chunk = fmt::format("cast(mod(t.{}, 16) as varchar)", key),
          .span = "cast(0 as bigint)",
          .span_chunk = "'all'"};
}

/// How a column tells whose a row is, in the order in which they are looked for.
struct Owner {
  std::string_view column, where;
  bool is_key = false;  ///< of many rows, of which each is by itself
};
constexpr std::array<Owner, 6> kOwners = {{
    {"listener_key", "t.listener_key in ({keys})"},
    // '' are records that no listener can be told of; every listener's answers count them.
    {"listener", "t.listener in ({names}, '')"},
    {"context_key", "t.context_key in (select context_key from slice_context)"},
    {"track_key", "t.track_key in (select track_key from slice_track)", true},
    {"artist_key", "t.artist_key in (select artist_key from slice_artist)", true},
    {"album_key", "t.album_key in (select album_key from slice_album)", true},
}};
/// What is the same for every listener.
constexpr std::array<std::string_view, 2> kShared = {"silver_catalogue", "silver_feature"};
/// Of one load and no meaning outside its warehouse.
constexpr std::string_view kLoadColumn = "load_no";
/// A day's rows lie where the loads are that told of it or built it: an engine skips all others unread.
constexpr std::string_view kOfTheirLoads =
    "t.load_no in (select load_no from touched_span where listener_key in ({keys})) and ";

std::string KeysOf(std::span<const std::string> listeners) {
  std::string list;
  for (const std::string& listener : listeners)
    list += (list.empty() ? "f_id(" : ", f_id(") + SqlText(listener) + ")";
  return list;
}

/// In one pass: a listener's name may look like a parameter.
std::string WhereOf(const SliceTable& table, std::span<const std::string> listeners) {
  static constexpr std::string_view kKeys = "{keys}", kNames = "{names}";
  std::string where;
  for (std::string_view rest = table.where; !rest.empty();) {
    const std::size_t at = std::min(rest.find(kKeys), rest.find(kNames));
    where += rest.substr(0, at);
    if (at == std::string_view::npos) break;
    rest.remove_prefix(at);
    const bool is_keys = rest.starts_with(kKeys);
    where += is_keys ? KeysOf(listeners) : SqlTexts(listeners);
    rest.remove_prefix(is_keys ? kKeys.size() : kNames.size());
  }
  return where;
}

bool IsShared(std::string_view table) { return std::ranges::find(kShared, table) != kShared.end(); }

base::Result<void> AddOwner(const std::vector<std::string>& columns, SliceTable& table) {
  const auto has = [&columns](std::string_view column) {
    return std::ranges::find(columns, column) != columns.end();
  };
  table.where = "true";
  if (IsShared(table.name)) return {};
  const auto* const owner =
      std::ranges::find_if(kOwners, [&has](const Owner& each) { return has(each.column); });
  if (owner == kOwners.end()) {
    return base::Fail(base::ErrorCode::kUnsupported, "cut the warehouse", table.name,
                      "no column tells whose its rows are");
  }
  table.where =
      std::string(has(kLoadColumn) && has("ended_day") ? kOfTheirLoads : "") + std::string(owner->where);
  if (has("ended_day")) {
    table.cut = kMonths;
  } else if (owner->is_key) {
    table.cut = Sixteenths(owner->column);
  }
  return {};
}

}  // namespace

base::Result<std::vector<SliceTable>> FindSliceTables(ports::QuerySession& session) {
  auto told = session.Query(
      "select table_name, column_name, data_type from information_schema.columns where table_schema = "
      "current_schema() and table_catalog = current_database() and (table_name like 'silver\\_%' escape '\\' "
      "or table_name in "
      "('raw_play', 'raw_play_item', "
      "'raw_source_file', 'raw_source_file_again', 'raw_edit_item')) "
      "order by table_name, ordinal_position");
  if (!told) return std::unexpected(told.error());
  std::vector<SliceTable> tables;
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < told->rows.size(); ++i) {
    const auto text = [&](std::size_t at) { return std::get<std::string>(told->rows[i][at]); };
    if (tables.empty() || tables.back().name != text(0)) {
      tables.push_back({.name = text(0)});
      columns.clear();
    }
    SliceTable& table = tables.back();
    columns.push_back(text(1));
    if (text(1) != kLoadColumn) {
      const std::string_view comma = table.columns.empty() ? "" : ", ";
      table.definition += fmt::format("{}\"{}\" {}", comma, text(1), text(2));
      table.columns += fmt::format("{}t.\"{}\"", comma, text(1));
    }
    const bool is_last =
        i + 1 == told->rows.size() || std::get<std::string>(told->rows[i + 1][0]) != table.name;
    if (!is_last) continue;
    if (auto added = AddOwner(columns, table); !added) return std::unexpected(added.error());
  }
  return tables;
}

base::Result<void> PrepareSlice(ports::QuerySession& session, const std::vector<SliceTable>& tables,
                                std::span<const std::string> listeners) {
  const auto rows_of = [&](std::string_view name) {
    const auto table = std::ranges::find(tables, name, &SliceTable::name);
    return fmt::format("{} t where {}", name, table == tables.end() ? "true" : WhereOf(*table, listeners));
  };
  const std::string plays = rows_of("silver_play");
  // What other statements and excluded plays name too: the ledger and the witnesses tell of them. A
  // recording's other tracks: which of them gives a recording its title is chosen among all.
  auto made = session.Query(fmt::format(
      "create or replace temp table slice_context as select context_key from silver_context where "
      "listener_key in ({0});"
      "create or replace temp table slice_track as with mine as (select track_key from {2} "
      "union select track_key from raw_play_item where item_key in (select item_key from {3}) "
      "union select track_key from "
      "silver_playlist_stay where listener in ({1})) "
      "select track_key from mine union select o.track_key from silver_track t join silver_track o on "
      "o.recording_key = "
      "t.recording_key where t.track_key in (select track_key from mine);"
      "create or replace temp table slice_artist as select distinct artist_key from {2} "
      "union select artist_key from silver_track where track_key in (select track_key from slice_track);"
      "create or replace temp table slice_album as select distinct album_key from {2} "
      "union select album_key from silver_track where track_key in (select track_key from slice_track)",
      KeysOf(listeners), SqlTexts(listeners), plays, rows_of("raw_play")));
  if (!made) return std::unexpected(made.error());
  return {};
}

std::string SliceRowsSql(const SliceTable& table, std::span<const std::string> listeners) {
  return fmt::format("select {} from {} t where {}", table.columns, table.name, WhereOf(table, listeners));
}

base::Result<void> JoinSmallParts(ports::QuerySession& session, std::vector<SliceTable>& tables) {
  std::string sql;
  for (const SliceTable& table : tables) {
    if (table.cut.span.empty()) continue;
    sql +=
        fmt::format("{}select '{}', {} as span from {} t group by span having count(*) <= {}",
                    sql.empty() ? "" : " union all ", table.name, table.cut.span, table.name, kPartRowsMin);
  }
  if (sql.empty()) return {};
  auto small = session.Query(sql);
  if (!small) return std::unexpected(small.error());
  std::map<std::string, std::string> spans;
  for (const auto& row : small->rows) {
    std::string& list = spans[std::get<std::string>(row[0])];
    list += fmt::format("{}{}", list.empty() ? "" : ", ", std::get<std::int64_t>(row[1]));
  }
  for (SliceTable& table : tables) {
    if (const auto found = spans.find(table.name); found != spans.end())
      table.cut.chunk = fmt::format("case when {} in ({}) then {} else {} end", table.cut.span, found->second,
                                    table.cut.span_chunk, table.cut.chunk);
  }
  return {};
}

std::string SlicePartsSql(const SliceTable& table) {
  return fmt::format("select {} as slice_part, {} from {} t", table.cut.chunk, table.columns, table.name);
}

std::string MakeTablesSql(const std::vector<SliceTable>& tables) {
  std::string sql;
  for (const SliceTable& table : tables)
    sql += fmt::format("create table {} ({});\n", table.name, table.definition);
  return sql;
}

}  // namespace earprint::metrics::publishing
