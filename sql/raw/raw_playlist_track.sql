-- name:     raw/raw_playlist_track
-- grain:    one row per track of a stated playlist
-- inputs:   lake_playlist_track
-- build:    append
-- columns:  identity, details  bigint, halves of the playlist event's id
--           track_key          bigint, key of the track id, or of title and artist where it has none
select distinct f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details,
  f_track_key(item_id, title, artist) as track_key
from lake_playlist_track
