-- name:     silver/silver_feature_conflict
-- grain:    one row per catalogue and track id on which it contradicts another statement about the same id
-- inputs:   raw_audio_features
-- build:    replace
-- columns:  catalogue  text
--           track_key  bigint
-- rule:     Two statements contradict each other when both tell a feature and the values differ by more than 1 % of its
--           range (rounding of a catalogue is no contradiction).
with spread as (
  select track_key
  from raw_audio_features
  where track_key is not null and features_known > 0
  group by track_key
  having count(*) > 1 and (max(danceability_e6) - min(danceability_e6) > 10000
    or max(energy_e6) - min(energy_e6) > 10000 or max(valence_e6) - min(valence_e6) > 10000
    or max(speechiness_e6) - min(speechiness_e6) > 10000 or max(acousticness_e6) - min(acousticness_e6) > 10000
    or max(instrumentalness_e6) - min(instrumentalness_e6) > 10000 or max(liveness_e6) - min(liveness_e6) > 10000
    or max(loudness_e6) - min(loudness_e6) > 600000 or max(tempo_e6) - min(tempo_e6) > 2000000
    or max(key) <> min(key) or max(mode) <> min(mode) or max(time_signature) <> min(time_signature))
)
select distinct f.catalogue, f.track_key
from raw_audio_features f
join spread s on s.track_key = f.track_key
where f.features_known > 0
