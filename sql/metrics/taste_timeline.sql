-- name:     metrics/taste_timeline
-- question: How does the taste drift?
-- columns:  period | date |  | the period's first local day
--           feature | text |  | one of the twelve audio features
--           mean | decimal(6) |  | weighted mean
--           plays | integer | plays | streams: plays of at least min-ms
-- params:   grain, weight
-- order:    period, feature
with summed as (
  select s.local_period as period, f.known, count(*) as plays, cast(sum(f_weight(1, s.played_ms)) as bigint) as weight,
    cast(sum(f_weight(1, s.played_ms) * f.danceability_e6) as decimal(38, 0)) as danceability,
    cast(sum(f_weight(1, s.played_ms) * f.energy_e6) as decimal(38, 0)) as energy,
    cast(sum(f_weight(1, s.played_ms) * f.loudness_e6) as decimal(38, 0)) as loudness,
    cast(sum(f_weight(1, s.played_ms) * f.speechiness_e6) as decimal(38, 0)) as speechiness,
    cast(sum(f_weight(1, s.played_ms) * f.acousticness_e6) as decimal(38, 0)) as acousticness,
    cast(sum(f_weight(1, s.played_ms) * f.instrumentalness_e6) as decimal(38, 0)) as instrumentalness,
    cast(sum(f_weight(1, s.played_ms) * f.liveness_e6) as decimal(38, 0)) as liveness,
    cast(sum(f_weight(1, s.played_ms) * f.valence_e6) as decimal(38, 0)) as valence,
    cast(sum(f_weight(1, s.played_ms) * f.tempo_e6) as decimal(38, 0)) as tempo,
    cast(sum(f_weight(1, s.played_ms) * f.key * 1000000) as decimal(38, 0)) as key,
    cast(sum(f_weight(1, s.played_ms) * f.mode * 1000000) as decimal(38, 0)) as mode,
    cast(sum(f_weight(1, s.played_ms) * f.time_signature * 1000000) as decimal(38, 0)) as time_signature
  from selection s join silver_track_feature f on f.track_key = s.own_track_key
  group by s.local_period, f.known
),
told as (
  select s.period, n.feature_no, s.weight, s.plays,
    f_pick(n.feature_no, s.danceability, s.energy, s.loudness, s.speechiness, s.acousticness, s.instrumentalness,
      s.liveness, s.valence, s.tempo, s.key, s.mode, s.time_signature) as sum_e6
  from summed s cross join silver_feature n
),
mean as (
  select period, feature_no, cast(sum(sum_e6) as decimal(38, 0)) as sum_e6, cast(sum(weight) as bigint) as weight,
    cast(sum(plays) as bigint) as plays
  from told where sum_e6 is not null group by period, feature_no
)
select period, f_feature(feature_no) as feature, f_rdiv(sum_e6, weight) as mean, plays
from mean where weight > 0 order by period, feature_no
