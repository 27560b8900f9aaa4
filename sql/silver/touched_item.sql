-- name:     silver/touched_item
-- grain:    one row per thing played that the current load told of, as spelled
-- inputs:   raw_play, raw_play_item
-- build:    temp
-- columns:  item_key, track_key, artist_key, album_key, artist, album
select i.item_key, i.track_key, i.artist_key, i.album_key, i.artist, i.album
from raw_play_item i
where i.item_key in (select item_key from raw_play where load_no = p_load_no())
