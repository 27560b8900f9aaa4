-- name:     lake/lake_playlist_track
-- grain:    one row per track that a playlist event names
-- inputs:   lake_playlist
-- columns:  id, subject, item_id, title, artist
select id, subject, track.item_id as item_id, track.title as title, track.artist as artist
from (select id, subject, unnest(data.tracks) as track from lake_playlist) as named
