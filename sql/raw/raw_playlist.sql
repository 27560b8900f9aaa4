-- name:     raw/raw_playlist
-- grain:    one row per statement of a playlist
-- inputs:   lake_playlist
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           source             text, account or spotify
--           playlist_id        text, Spotify's; in account data derived from listener and name
--           modified           text, YYYY-MM-DD as stated
--           held               text, whole, barred (its items may not be read) or ended
--           stated_at_ms       bigint, when it held this, since 1970-01-01 UTC
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, source, data.playlist_id as playlist_id, data.name as name, data.modified as modified,
  coalesce(data.held, 'whole') as held, coalesce(stated_at_ms, 0) as stated_at_ms
from lake_playlist
