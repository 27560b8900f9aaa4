-- name:     silver/silver_track_feature
-- grain:    one row per played track whose features are known
-- inputs:   touched_track, silver_feature_match, raw_audio_features
-- build:    keys track_key
-- columns:  *_e6        bigint, the feature x 10^6; null where the chosen row does not tell it
--           provenance  text, how the track was found in the catalogue
-- checks:   unique(track_key)
select m.track_key, m.provenance, m.catalogue, f.danceability_e6, f.energy_e6, f.loudness_e6, f.speechiness_e6,
  f.acousticness_e6, f.instrumentalness_e6, f.liveness_e6, f.valence_e6, f.tempo_e6, f.key, f.mode, f.time_signature
from touched_track t
join silver_feature_match m on m.track_key = t.track_key
join raw_audio_features f on f.identity = m.identity and f.details = m.details
where m.features_known > 0
