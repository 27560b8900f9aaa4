-- name:     silver/touched_listed
-- grain:    one row per spelling of a track that the current load names in a playlist or a saved library
-- inputs:   raw_playlist_track, raw_saved_track
-- build:    temp
-- columns:  track_key, item_id, title, artist, album
select distinct track_key, item_id, title, artist, album
from raw_playlist_track
where load_no = p_load_no() and kind = 'track'
union
select distinct track_key, item_id, title, artist, album
from raw_saved_track
where load_no = p_load_no()
