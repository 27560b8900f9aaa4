-- name:     lake/lake_play_item
-- grain:    one row per spelling of a thing played that the load's play events name
-- inputs:   segments
-- columns:  item_key  bigint, a key of the texts; the same texts have the same key in every load
--           kind, item_id, title, artist, album, isrc  text, null where the source does not tell
select item_key, kind, item_id, title, artist, album, isrc
from staged_play_item
