-- name:     metrics/feature_conflicts
-- question: On which played tracks do catalogues contradict each other, and whom do the figures believe?
-- columns:  track_id | text |  | Spotify's id
--           track | text |  | title
--           artist | text |  | artist
--           feature | text |  | one of the twelve audio features
--           chosen | text |  | the catalogue that is believed
--           chosen_value | decimal(3) |  | what it says
--           catalogue | text |  | a catalogue that says otherwise
--           value | decimal(3) |  | what that says
--           plays | integer | plays | streams: plays of at least min-ms
-- params:   limit
-- order:    plays, then track_id, feature, catalogue, value
-- rule:     Only statements about the same track id are held against each other, and only differences over 1 % of the
--           feature's range count, as in silver_feature_conflict.
with disputed as (
  select p.own_track_key as track_key, p.plays
  from (select own_track_key, count(*) as plays from selection group by own_track_key) p
  join (select distinct track_key from silver_feature_conflict) c on c.track_key = p.own_track_key
),
told as (
  select f.track_key, f.catalogue, f.danceability_e6, f.energy_e6, f.loudness_e6, f.speechiness_e6, f.acousticness_e6, f.instrumentalness_e6, f.liveness_e6, f.valence_e6, f.tempo_e6, f.key, f.mode, f.time_signature
  from disputed d join raw_audio_features f on f.track_key = d.track_key where f.features_known > 0
),
long as (
  select d.track_key, d.plays, 0 as feature_no, f.catalogue, f.danceability_e6 as value_e6, c.catalogue as chosen, c.danceability_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.danceability_e6 - c.danceability_e6) > 10000
  union all select d.track_key, d.plays, 1 as feature_no, f.catalogue, f.energy_e6 as value_e6, c.catalogue as chosen, c.energy_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.energy_e6 - c.energy_e6) > 10000
  union all select d.track_key, d.plays, 2 as feature_no, f.catalogue, f.loudness_e6 as value_e6, c.catalogue as chosen, c.loudness_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.loudness_e6 - c.loudness_e6) > 600000
  union all select d.track_key, d.plays, 3 as feature_no, f.catalogue, f.speechiness_e6 as value_e6, c.catalogue as chosen, c.speechiness_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.speechiness_e6 - c.speechiness_e6) > 10000
  union all select d.track_key, d.plays, 4 as feature_no, f.catalogue, f.acousticness_e6 as value_e6, c.catalogue as chosen, c.acousticness_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.acousticness_e6 - c.acousticness_e6) > 10000
  union all select d.track_key, d.plays, 5 as feature_no, f.catalogue, f.instrumentalness_e6 as value_e6, c.catalogue as chosen, c.instrumentalness_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.instrumentalness_e6 - c.instrumentalness_e6) > 10000
  union all select d.track_key, d.plays, 6 as feature_no, f.catalogue, f.liveness_e6 as value_e6, c.catalogue as chosen, c.liveness_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.liveness_e6 - c.liveness_e6) > 10000
  union all select d.track_key, d.plays, 7 as feature_no, f.catalogue, f.valence_e6 as value_e6, c.catalogue as chosen, c.valence_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.valence_e6 - c.valence_e6) > 10000
  union all select d.track_key, d.plays, 8 as feature_no, f.catalogue, f.tempo_e6 as value_e6, c.catalogue as chosen, c.tempo_e6 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.tempo_e6 - c.tempo_e6) > 2000000
  union all select d.track_key, d.plays, 9 as feature_no, f.catalogue, cast(f.key as bigint) * 1000000 as value_e6, c.catalogue as chosen, cast(c.key as bigint) * 1000000 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.key - c.key) > 0
  union all select d.track_key, d.plays, 10 as feature_no, f.catalogue, cast(f.mode as bigint) * 1000000 as value_e6, c.catalogue as chosen, cast(c.mode as bigint) * 1000000 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.mode - c.mode) > 0
  union all select d.track_key, d.plays, 11 as feature_no, f.catalogue, cast(f.time_signature as bigint) * 1000000 as value_e6, c.catalogue as chosen, cast(c.time_signature as bigint) * 1000000 as chosen_e6
  from disputed d join told f on f.track_key = d.track_key join silver_track_feature c on c.track_key = d.track_key
  where abs(f.time_signature - c.time_signature) > 0
),
differing as (
  select distinct track_key, plays, feature_no, catalogue, f_rdiv(value_e6, 1000) as value_e3, chosen,
    f_rdiv(chosen_e6, 1000) as chosen_e3
  from long
),
ranked as (
  select t.track_id, t.title, t.artist, d.plays, d.feature_no, d.catalogue, d.value_e3, d.chosen, d.chosen_e3,
    row_number() over (order by d.plays desc, t.track_id, d.feature_no, d.catalogue, d.value_e3) as place
  from differing d join silver_track t on t.track_key = d.track_key
)
select track_id, title as track, artist, f_feature(feature_no) as feature, chosen, chosen_e3 as chosen_value, catalogue,
  value_e3 as value, plays
from ranked where place <= p_limit() order by place
