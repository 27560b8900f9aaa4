-- name:     published/published_playlist
-- relation: playlists
-- grain:    one row per playlist of the listener
-- inputs:   silver_playlist
-- key:      playlist_no
-- columns:  playlist_no | integer | key of the playlist
--           playlist_id | text | as its source names it
--           source | text | spotify or account
--           name | text | as last stated
--           ended_at | instant | when it was no longer among the listener's; null while it is
select 'all' as slice_part, playlist_no, playlist_id, source, name, ended_at_ms as ended_at
from silver_playlist where listener = p_listener()
