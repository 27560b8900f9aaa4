#include "metrics/track_sound.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/text.hpp"
#include "metrics/selection_sql.hpp"
#include "model/sql_file.hpp"

namespace earprint::metrics {

namespace {

/// In the order in which each reads those before it.
constexpr std::string_view kModels[] = {"touched_isrc", "silver_feature_match", "silver_track_feature",
                                        "silver_feature_value"};

base::Result<std::string> BodyOf(std::span<const base::EmbeddedFile> files, std::string_view model) {
  const std::string path = fmt::format("silver/{}.sql", model);
  for (const base::EmbeddedFile& file : files) {
    if (file.path != path) continue;
    auto read = model::ParseSqlFile(file.path, file.body);
    if (!read) return std::unexpected(read.error());
    return std::move(read->body);
  }
  return base::Fail(base::ErrorCode::kCorrupt, "read a model", path, "it is not there");
}

}  // namespace

base::Result<std::string> TrackSoundJson(Answerer& answerer, std::span<const base::EmbeddedFile> files,
                                         const NamedTrack& track) {
  if (track.track_id.empty()) {
    return base::Fail(base::ErrorCode::kInvalidInput, "tell a track's sound", "track", "it is empty",
                      "name a track by its id");
  }
  // The models' own names stand for relations of this one track, in the place of the tables.
  std::string sql = fmt::format(
      "with touched_track as (select f_track_key({0}, {1}, {2}) as track_key, f_name_key({1}, {2}) as "
      "name_key)",
      SqlText(track.track_id), SqlText(track.title), SqlText(track.artist));
  for (const std::string_view model : kModels) {
    auto body = BodyOf(files, model);
    if (!body) return std::unexpected(body.error());
    sql += fmt::format(", {} as ({})", model, *body);
  }
  sql +=
      " select v.feature, v.value_e3, f.provenance, f.catalogue from silver_feature_value v join "
      "silver_track_feature f on f.track_key = v.track_key order by v.feature_no";
  auto table = answerer.Query(sql);
  if (!table) return std::unexpected(std::move(table.error()).Within("tell a track's sound"));
  const bool is_known = !table->rows.empty();
  std::string told = "{\"track_id\":";
  base::AppendJsonString(base::ToValidUtf8(track.track_id), told);
  for (const auto& [name, at] : {std::pair("provenance", 2U), std::pair("catalogue", 3U)}) {
    told += fmt::format(",\"{}\":", name);
    const auto* text = is_known ? std::get_if<std::string>(&table->rows[0][at]) : nullptr;
    if (text == nullptr) told += "null";
    if (text != nullptr) base::AppendJsonString(base::ToValidUtf8(*text), told);
  }
  told += ",\"features\":{";
  constexpr double kThousandths = 1e3;
  for (const auto& row : table->rows) {
    told += fmt::format("{}\"{}\":{}", told.ends_with('{') ? "" : ",", std::get<std::string>(row[0]),
                        static_cast<double>(std::get<std::int64_t>(row[1])) / kThousandths);
  }
  return told + "}}";
}

}  // namespace earprint::metrics
