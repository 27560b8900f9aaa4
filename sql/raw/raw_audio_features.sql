-- name:     raw/raw_audio_features
-- grain:    one row per statement about a track, of a catalogue or of a service that was asked
-- inputs:   lake_audio_features
-- build:    append
-- columns:  identity, details   bigint, halves of the event id
--           source          text, catalogue, or who was asked about single tracks: spotify, reccobeats
--           arrived_day     integer, UTC day on which the catalogue was imported
--           track_key       bigint, key of the track id, null where the catalogue has none
--           name_key        bigint, key of normalised title and first artist, null where one is missing
--           features_known  integer, how many of the twelve features the row tells
--           *_e6            bigint, the feature x 10^6; null where missing
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  source, f_epoch_day("date") as arrived_day, data.catalogue as catalogue, data.track_id as track_id,
  case when data.track_id is null then null else f_track_key(data.track_id, data.title, data.artist) end as track_key,
  f_name_key(data.title, data.artist) as name_key, data.isrc as isrc, data.title as title, data.artist as artist,
  data.album as album, data.release_year as release_year, data.duration_ms as duration_ms,
  cast(case when data.danceability_e6 is null then 0 else 1 end + case when data.energy_e6 is null then 0 else 1 end
    + case when data.loudness_e6 is null then 0 else 1 end + case when data.speechiness_e6 is null then 0 else 1 end
    + case when data.acousticness_e6 is null then 0 else 1 end
    + case when data.instrumentalness_e6 is null then 0 else 1 end
    + case when data.liveness_e6 is null then 0 else 1 end + case when data.valence_e6 is null then 0 else 1 end
    + case when data.tempo_e6 is null then 0 else 1 end + case when data.key is null then 0 else 1 end
    + case when data.mode is null then 0 else 1 end
    + case when data.time_signature is null then 0 else 1 end as integer) as features_known,
  data.danceability_e6 as danceability_e6, data.energy_e6 as energy_e6, data.loudness_e6 as loudness_e6,
  data.speechiness_e6 as speechiness_e6, data.acousticness_e6 as acousticness_e6,
  data.instrumentalness_e6 as instrumentalness_e6, data.liveness_e6 as liveness_e6, data.valence_e6 as valence_e6,
  data.tempo_e6 as tempo_e6, data.key as key, data.mode as mode, data.time_signature as time_signature
from lake_audio_features
