-- name:     metrics/taste_clock
-- question: How does the sound change over the day?
-- columns:  hour | integer |  | 0 to 23, local
--           feature | text |  | one of the twelve audio features
--           mean | decimal(6) |  | weighted mean
--           plays | integer | plays | streams: plays of at least min-ms
-- params:   weight
-- order:    hour, feature
with played as (
  select local_hour as hour, own_track_key, count(*) as plays, f_weight(count(*), cast(sum(played_ms) as bigint)) as weight
  from selection group by local_hour, own_track_key
),
summed as (
  select p.hour,
    cast(sum(weight * danceability_e6) as decimal(38, 0)) as danceability, cast(sum(case when danceability_e6 is not null then weight end) as bigint) as danceability_weight,
    cast(sum(case when danceability_e6 is not null then plays end) as bigint) as danceability_plays,
    cast(sum(weight * energy_e6) as decimal(38, 0)) as energy, cast(sum(case when energy_e6 is not null then weight end) as bigint) as energy_weight,
    cast(sum(case when energy_e6 is not null then plays end) as bigint) as energy_plays,
    cast(sum(weight * loudness_e6) as decimal(38, 0)) as loudness, cast(sum(case when loudness_e6 is not null then weight end) as bigint) as loudness_weight,
    cast(sum(case when loudness_e6 is not null then plays end) as bigint) as loudness_plays,
    cast(sum(weight * speechiness_e6) as decimal(38, 0)) as speechiness, cast(sum(case when speechiness_e6 is not null then weight end) as bigint) as speechiness_weight,
    cast(sum(case when speechiness_e6 is not null then plays end) as bigint) as speechiness_plays,
    cast(sum(weight * acousticness_e6) as decimal(38, 0)) as acousticness, cast(sum(case when acousticness_e6 is not null then weight end) as bigint) as acousticness_weight,
    cast(sum(case when acousticness_e6 is not null then plays end) as bigint) as acousticness_plays,
    cast(sum(weight * instrumentalness_e6) as decimal(38, 0)) as instrumentalness, cast(sum(case when instrumentalness_e6 is not null then weight end) as bigint) as instrumentalness_weight,
    cast(sum(case when instrumentalness_e6 is not null then plays end) as bigint) as instrumentalness_plays,
    cast(sum(weight * liveness_e6) as decimal(38, 0)) as liveness, cast(sum(case when liveness_e6 is not null then weight end) as bigint) as liveness_weight,
    cast(sum(case when liveness_e6 is not null then plays end) as bigint) as liveness_plays,
    cast(sum(weight * valence_e6) as decimal(38, 0)) as valence, cast(sum(case when valence_e6 is not null then weight end) as bigint) as valence_weight,
    cast(sum(case when valence_e6 is not null then plays end) as bigint) as valence_plays,
    cast(sum(weight * tempo_e6) as decimal(38, 0)) as tempo, cast(sum(case when tempo_e6 is not null then weight end) as bigint) as tempo_weight,
    cast(sum(case when tempo_e6 is not null then plays end) as bigint) as tempo_plays,
    cast(sum(weight * key * 1000000) as decimal(38, 0)) as key, cast(sum(case when key is not null then weight end) as bigint) as key_weight,
    cast(sum(case when key is not null then plays end) as bigint) as key_plays,
    cast(sum(weight * mode * 1000000) as decimal(38, 0)) as mode, cast(sum(case when mode is not null then weight end) as bigint) as mode_weight,
    cast(sum(case when mode is not null then plays end) as bigint) as mode_plays,
    cast(sum(weight * time_signature * 1000000) as decimal(38, 0)) as time_signature, cast(sum(case when time_signature is not null then weight end) as bigint) as time_signature_weight,
    cast(sum(case when time_signature is not null then plays end) as bigint) as time_signature_plays
  from played p join silver_track_feature f on f.track_key = p.own_track_key
  group by p.hour
),
long as (
  select hour, 'danceability' as feature, f_rdiv(danceability, danceability_weight) as mean, danceability_plays as plays from summed where danceability_weight > 0
  union all select hour, 'energy' as feature, f_rdiv(energy, energy_weight) as mean, energy_plays as plays from summed where energy_weight > 0
  union all select hour, 'loudness' as feature, f_rdiv(loudness, loudness_weight) as mean, loudness_plays as plays from summed where loudness_weight > 0
  union all select hour, 'speechiness' as feature, f_rdiv(speechiness, speechiness_weight) as mean, speechiness_plays as plays from summed where speechiness_weight > 0
  union all select hour, 'acousticness' as feature, f_rdiv(acousticness, acousticness_weight) as mean, acousticness_plays as plays from summed where acousticness_weight > 0
  union all select hour, 'instrumentalness' as feature, f_rdiv(instrumentalness, instrumentalness_weight) as mean, instrumentalness_plays as plays from summed where instrumentalness_weight > 0
  union all select hour, 'liveness' as feature, f_rdiv(liveness, liveness_weight) as mean, liveness_plays as plays from summed where liveness_weight > 0
  union all select hour, 'valence' as feature, f_rdiv(valence, valence_weight) as mean, valence_plays as plays from summed where valence_weight > 0
  union all select hour, 'tempo' as feature, f_rdiv(tempo, tempo_weight) as mean, tempo_plays as plays from summed where tempo_weight > 0
  union all select hour, 'key' as feature, f_rdiv(key, key_weight) as mean, key_plays as plays from summed where key_weight > 0
  union all select hour, 'mode' as feature, f_rdiv(mode, mode_weight) as mean, mode_plays as plays from summed where mode_weight > 0
  union all select hour, 'time_signature' as feature, f_rdiv(time_signature, time_signature_weight) as mean, time_signature_plays as plays from summed where time_signature_weight > 0
)
select hour, feature, mean, plays from long order by hour, f_feature_no(feature)
