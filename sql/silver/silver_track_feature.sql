-- name:     silver/silver_track_feature
-- grain:    one row per played or listed track whose features are known
-- inputs:   touched_track, silver_feature_match, raw_audio_features
-- build:    keys track_key
-- columns:  *_e6        bigint, the feature x 10^6; null where the chosen row does not tell it
--           known       integer, bit n is set where feature n is told; rows alike in it sum alike
--           provenance  text, how the track was found in the catalogue
-- checks:   unique(track_key)
select m.track_key, m.provenance, m.catalogue, f.danceability_e6, f.energy_e6, f.loudness_e6, f.speechiness_e6,
  f.acousticness_e6, f.instrumentalness_e6, f.liveness_e6, f.valence_e6, f.tempo_e6, f.key, f.mode, f.time_signature,
  cast(0 + case when f.danceability_e6 is null then 0 else 1 end
    + case when f.energy_e6 is null then 0 else 2 end
    + case when f.loudness_e6 is null then 0 else 4 end
    + case when f.speechiness_e6 is null then 0 else 8 end
    + case when f.acousticness_e6 is null then 0 else 16 end
    + case when f.instrumentalness_e6 is null then 0 else 32 end
    + case when f.liveness_e6 is null then 0 else 64 end
    + case when f.valence_e6 is null then 0 else 128 end
    + case when f.tempo_e6 is null then 0 else 256 end
    + case when f.key is null then 0 else 512 end
    + case when f.mode is null then 0 else 1024 end
    + case when f.time_signature is null then 0 else 2048 end as integer) as known
from touched_track t
join silver_feature_match m on m.track_key = t.track_key
join raw_audio_features f on f.identity = m.identity and f.details = m.details
where m.features_known > 0
