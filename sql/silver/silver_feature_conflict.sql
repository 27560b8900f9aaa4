-- name:     silver/silver_feature_conflict
-- grain:    one row per catalogue and track id on which it contradicts another statement about the same id
-- inputs:   raw_audio_features
-- build:    replace
-- columns:  catalogue  text
--           track_key  bigint
-- rule:     Two statements contradict each other when both tell a feature and the values differ by more than 1 % of its
--           range (rounding of a catalogue is no contradiction). A catalogue that agrees where it speaks has no part in it.
with spread as (
  select track_key,
    min(danceability_e6) as danceability_low, max(danceability_e6) as danceability_high,
    min(energy_e6) as energy_low, max(energy_e6) as energy_high,
    min(speechiness_e6) as speechiness_low, max(speechiness_e6) as speechiness_high,
    min(acousticness_e6) as acousticness_low, max(acousticness_e6) as acousticness_high,
    min(instrumentalness_e6) as instrumentalness_low, max(instrumentalness_e6) as instrumentalness_high,
    min(liveness_e6) as liveness_low, max(liveness_e6) as liveness_high,
    min(valence_e6) as valence_low, max(valence_e6) as valence_high,
    min(loudness_e6) as loudness_low, max(loudness_e6) as loudness_high,
    min(tempo_e6) as tempo_low, max(tempo_e6) as tempo_high,
    min(key) as key_low, max(key) as key_high,
    min(mode) as mode_low, max(mode) as mode_high,
    min(time_signature) as time_signature_low, max(time_signature) as time_signature_high
  from raw_audio_features
  where track_key is not null and features_known > 0
  group by track_key
  having count(*) > 1
)
select distinct f.catalogue, f.track_key
from raw_audio_features f
join spread s on s.track_key = f.track_key
where f.danceability_e6 - s.danceability_low > 10000 or s.danceability_high - f.danceability_e6 > 10000
  or f.energy_e6 - s.energy_low > 10000 or s.energy_high - f.energy_e6 > 10000
  or f.speechiness_e6 - s.speechiness_low > 10000 or s.speechiness_high - f.speechiness_e6 > 10000
  or f.acousticness_e6 - s.acousticness_low > 10000 or s.acousticness_high - f.acousticness_e6 > 10000
  or f.instrumentalness_e6 - s.instrumentalness_low > 10000 or s.instrumentalness_high - f.instrumentalness_e6 > 10000
  or f.liveness_e6 - s.liveness_low > 10000 or s.liveness_high - f.liveness_e6 > 10000
  or f.valence_e6 - s.valence_low > 10000 or s.valence_high - f.valence_e6 > 10000
  or f.loudness_e6 - s.loudness_low > 600000 or s.loudness_high - f.loudness_e6 > 600000
  or f.tempo_e6 - s.tempo_low > 2000000 or s.tempo_high - f.tempo_e6 > 2000000
  or f.key - s.key_low > 0 or s.key_high - f.key > 0
  or f.mode - s.mode_low > 0 or s.mode_high - f.mode > 0
  or f.time_signature - s.time_signature_low > 0 or s.time_signature_high - f.time_signature > 0
