-- name:     metrics/taste_clock
-- question: How does the sound change over the day?
-- columns:  hour | integer |  | 0 to 23, local
--           feature | text |  | one of the twelve audio features
--           mean | decimal(6) |  | weighted mean
--           plays | integer | plays | streams: plays of at least min-ms
-- params:   weight
-- order:    hour, feature

with summed as (
  select s.local_hour as hour, f.known, count(*) as plays, cast(sum(f_weight(1, s.played_ms)) as bigint) as weight,
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
  group by s.local_hour, f.known
),
long as (
  select hour, 'danceability' as feature, danceability as sum_e6, weight, plays from summed where danceability is not null
  union all select hour, 'energy' as feature, energy as sum_e6, weight, plays from summed where energy is not null
  union all select hour, 'loudness' as feature, loudness as sum_e6, weight, plays from summed where loudness is not null
  union all select hour, 'speechiness' as feature, speechiness as sum_e6, weight, plays from summed where speechiness is not null
  union all select hour, 'acousticness' as feature, acousticness as sum_e6, weight, plays from summed where acousticness is not null
  union all select hour, 'instrumentalness' as feature, instrumentalness as sum_e6, weight, plays from summed where instrumentalness is not null
  union all select hour, 'liveness' as feature, liveness as sum_e6, weight, plays from summed where liveness is not null
  union all select hour, 'valence' as feature, valence as sum_e6, weight, plays from summed where valence is not null
  union all select hour, 'tempo' as feature, tempo as sum_e6, weight, plays from summed where tempo is not null
  union all select hour, 'key' as feature, key as sum_e6, weight, plays from summed where key is not null
  union all select hour, 'mode' as feature, mode as sum_e6, weight, plays from summed where mode is not null
  union all select hour, 'time_signature' as feature, time_signature as sum_e6, weight, plays from summed where time_signature is not null
),
told as (
  select hour, feature, cast(sum(sum_e6) as decimal(38, 0)) as sum_e6, cast(sum(weight) as bigint) as weight,
    cast(sum(plays) as bigint) as plays
  from long group by hour, feature
)
select hour, feature, f_rdiv(sum_e6, weight) as mean, plays
from told where weight > 0 order by hour, f_feature_no(feature)
