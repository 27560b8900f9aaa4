-- name:     silver/silver_feature_conflict
-- grain:    one row per statement of a feature that contradicts another about the same track id
-- inputs:   raw_audio_features, silver_feature
-- build:    replace
-- columns:  catalogue   text
--           track_key   bigint
--           feature_no  integer
--           value_e6    bigint, what the catalogue says
-- checks:   unique(catalogue, track_key, feature_no, value_e6)
-- rule:     Two statements contradict each other when both tell a feature and the values differ by more than 1 % of its
--           range (rounding of a catalogue is no contradiction). A catalogue that agrees where it speaks has no part in it.
with several as (
  select track_key from raw_audio_features where track_key is not null and features_known > 0
  group by track_key having count(*) > 1
),
told as (
  select f.catalogue, f.track_key, n.feature_no, n.tolerance_e6,
    cast(f_pick(n.feature_no, f.danceability_e6, f.energy_e6, f.loudness_e6, f.speechiness_e6, f.acousticness_e6, f.instrumentalness_e6,
      f.liveness_e6, f.valence_e6, f.tempo_e6, f.key * 1000000, f.mode * 1000000, f.time_signature * 1000000) as bigint) as value_e6
  from raw_audio_features f
  join several s on s.track_key = f.track_key
  cross join silver_feature n
),
spread as (
  select track_key, feature_no, min(value_e6) as low_e6, max(value_e6) as high_e6
  from told group by track_key, feature_no having max(value_e6) - min(value_e6) > min(tolerance_e6)
)
select distinct t.catalogue, t.track_key, t.feature_no, t.value_e6
from told t
join spread s on s.track_key = t.track_key and s.feature_no = t.feature_no
where t.value_e6 - s.low_e6 > t.tolerance_e6 or s.high_e6 - t.value_e6 > t.tolerance_e6
