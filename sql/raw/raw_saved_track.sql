-- name:     raw/raw_saved_track
-- grain:    one row per statement of a saved track
-- inputs:   lake_saved_track
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           item_id, title, artist, album  text, as the library names them
--           track_key          bigint, key of the track id, or of title and artist where it has none
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, data.item_id as item_id, data.title as title, data.artist as artist, data.album as album,
  f_track_key(data.item_id, data.title, data.artist) as track_key
from lake_saved_track
