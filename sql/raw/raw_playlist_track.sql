-- name:     raw/raw_playlist_track
-- grain:    one row per entry of a stated playlist
-- inputs:   lake_playlist_track
-- build:    append
-- columns:  identity, details   bigint, halves of the playlist event's id
--           place               bigint, from 1, in the order of the list
--           kind                text, track or episode
--           item_id, title, artist, album, isrc  text, as the list names them
--           track_key           bigint, key of the track id, or of title and artist where it has none
--           added_at_ms         bigint, since 1970-01-01 UTC; null where it is not told
--           added_precision_ms  bigint, 86400000 where only the day is told
-- rule:     an entry that has left the catalogue has neither id nor title and is left out
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  cast(place as bigint) as place, kind, item_id, title, artist, album, isrc, f_track_key(item_id, title, artist) as track_key,
  added_at_ms, cast(added_precision_ms as bigint) as added_precision_ms
from lake_playlist_track
where item_id is not null or title is not null
