-- name:     silver/silver_feature_value
-- grain:    one row per played or listed track and feature that is known of it
-- inputs:   touched_track, silver_track_feature, silver_feature
-- build:    keys track_key
-- columns:  feature     text, one of the twelve
--           feature_no  integer, its place among the twelve
--           value_e6    bigint, the value x 10^6, whole-numbered features included
--           value_e3    bigint, the value x 10^3, rounded half up
--           bin_no      bigint, its bin; values beyond the edges lie in the outermost
-- checks:   unique(track_key, feature), unique(track_key, feature_no)
with told as (
  select f.track_key, n.feature_no, f_feature(n.feature_no) as feature,
    cast(f_pick(n.feature_no, f.danceability_e6, f.energy_e6, f.loudness_e6, f.speechiness_e6, f.acousticness_e6, f.instrumentalness_e6,
      f.liveness_e6, f.valence_e6, f.tempo_e6, f.key * 1000000, f.mode * 1000000, f.time_signature * 1000000) as bigint) as value_e6
  from touched_track t
  join silver_track_feature f on f.track_key = t.track_key
  cross join silver_feature n
)
select track_key, feature, feature_no, value_e6, f_rdiv(value_e6, 1000) as value_e3,
  greatest(0, least(f_bins(feature) - 1,
    f_idiv(value_e6 - f_bin_low(feature) * 1000, f_bin_width(feature) * 1000))) as bin_no
from told
where value_e6 is not null
