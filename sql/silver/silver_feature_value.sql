-- name:     silver/silver_feature_value
-- grain:    one row per played track and feature that is known of it
-- inputs:   touched_track, silver_track_feature
-- build:    keys track_key
-- columns:  feature     text, one of the twelve
--           feature_no  integer, its place among the twelve
--           value_e6    bigint, the value x 10^6, whole-numbered features included
--           value_e3    bigint, the value x 10^3, rounded half up
--           bin_no      bigint, its bin; values beyond the edges lie in the outermost
-- checks:   unique(track_key, feature), unique(track_key, feature_no)
with told as (
  select f.track_key, 'danceability' as feature, danceability_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where danceability_e6 is not null
  union all
  select f.track_key, 'energy' as feature, energy_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where energy_e6 is not null
  union all
  select f.track_key, 'loudness' as feature, loudness_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where loudness_e6 is not null
  union all
  select f.track_key, 'speechiness' as feature, speechiness_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where speechiness_e6 is not null
  union all
  select f.track_key, 'acousticness' as feature, acousticness_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where acousticness_e6 is not null
  union all
  select f.track_key, 'instrumentalness' as feature, instrumentalness_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where instrumentalness_e6 is not null
  union all
  select f.track_key, 'liveness' as feature, liveness_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where liveness_e6 is not null
  union all
  select f.track_key, 'valence' as feature, valence_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where valence_e6 is not null
  union all
  select f.track_key, 'tempo' as feature, tempo_e6 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where tempo_e6 is not null
  union all
  select f.track_key, 'key' as feature, cast(key as bigint) * 1000000 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where key is not null
  union all
  select f.track_key, 'mode' as feature, cast(mode as bigint) * 1000000 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where mode is not null
  union all
  select f.track_key, 'time_signature' as feature, cast(time_signature as bigint) * 1000000 as value_e6
  from touched_track t join silver_track_feature f on f.track_key = t.track_key where time_signature is not null
)
select track_key, feature, f_feature_no(feature) as feature_no, value_e6, f_rdiv(value_e6, 1000) as value_e3,
  greatest(0, least(f_bins(feature) - 1,
    f_idiv(value_e6 - f_bin_low(feature) * 1000, f_bin_width(feature) * 1000))) as bin_no
from told
