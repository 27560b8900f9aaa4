-- name:     lake/lake_catalogue_genre
-- grain:    one row per genre that an audio_features event names
-- inputs:   lake_audio_features
-- columns:  track_id, title, artist, genre
select data.track_id as track_id, data.title as title, data.artist as artist, unnest(data.genres) as genre
from lake_audio_features
