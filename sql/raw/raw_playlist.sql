-- name:     raw/raw_playlist
-- grain:    one row per statement of a playlist
-- inputs:   lake_playlist
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           playlist_id        text, derived from listener and name
--           modified           text, YYYY-MM-DD as stated
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, data.playlist_id as playlist_id, data.name as name, data.modified as modified
from lake_playlist
