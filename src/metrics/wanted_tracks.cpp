#include "metrics/wanted_tracks.hpp"

#include <fmt/format.h>

#include "metrics/selection_sql.hpp"

namespace earprint::metrics {

namespace {

/// What Spotify's ids are made of. A local file's "local:…" may be as long as one.
constexpr std::string_view kLettersAndDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

}  // namespace

base::Result<std::vector<std::string>> WantedTracks::Next(const Question& question) {
  const std::string me = SqlText(question.listener);
  const std::string whose =
      question.listener.empty()
          ? "true"
          : "p.context_key in (select context_key from silver_context where listener = " + me + ")";
  const std::string whose_list = question.listener.empty() ? "true" : "l.listener = " + me;
  const std::string sql = fmt::format(
      "with heard as (select p.track_key, count(*) as plays from silver_play p where p.is_track and {0} "
      "group by p.track_key), "
      "listed as (select distinct l.track_key from silver_playlist_track l where {1}) "
      "select t.track_id from silver_track t "
      "left join heard h on h.track_key = t.track_key "
      "left join listed l on l.track_key = t.track_key "
      "left join silver_track_feature f on f.track_key = t.track_key "
      "where length(t.track_id) = 22 and translate(t.track_id, {5}, '') = '' and (h.track_key is not null or "
      "l.track_key is not null) and {2} "
      "and not exists (select 1 from raw_audio_features a where a.track_key = t.track_key and a.source = "
      "{3}) "
      "order by case when f.track_key is null then 0 else 1 end, coalesce(h.plays, 0) desc, t.track_id "
      "limit {4}",
      whose, whose_list, question.with_known ? "true" : "f.track_key is null", SqlText(question.service),
      question.limit, SqlText(kLettersAndDigits));
  auto session = engine_.Connect();
  if (!session) return std::unexpected(session.error());
  auto table = (*session)->Query(sql);
  if (!table) return std::unexpected(table.error());
  std::vector<std::string> ids;
  ids.reserve(table->rows.size());
  for (auto& row : table->rows) ids.push_back(std::move(std::get<std::string>(row[0])));
  return ids;
}

}  // namespace earprint::metrics
