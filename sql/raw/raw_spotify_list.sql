-- name:     raw/raw_spotify_list
-- grain:    one row per statement of one of Spotify's own lists
-- inputs:   lake_spotify_list
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           list               text, top_tracks, top_artists or followed_artists
--           range              text, short_term, medium_term or long_term; null for followed_artists
--           stated_at_ms       bigint, when it said this, since 1970-01-01 UTC
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, data.list as list, data.range as range, coalesce(stated_at_ms, 0) as stated_at_ms
from lake_spotify_list
