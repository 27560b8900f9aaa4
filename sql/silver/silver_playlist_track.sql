-- name:     silver/silver_playlist_track
-- grain:    one row per playlist and track that is in it now, as far as is known
-- inputs:   silver_playlist, silver_playlist_stay
-- build:    replace
-- columns:  playlist_id, name, called  text, as in silver_playlist
select distinct p.listener, p.playlist_id, p.name, p.called, y.track_key
from silver_playlist_stay y
join silver_playlist p on p.playlist_no = y.playlist_no
where y.valid_to_ms is null and y.kind = 'track'
