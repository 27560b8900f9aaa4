-- name:     silver/silver_playlist_track
-- grain:    one row per playlist and track, as of the playlist's latest statement
-- inputs:   raw_playlist, raw_playlist_track
-- build:    replace
-- columns:  playlist_id  text
with ranked as (
  select listener, playlist_id, name, identity, details,
    row_number() over (partition by listener, identity order by coalesce(modified, '') desc, details) as choice
  from raw_playlist
)
select r.listener, r.playlist_id, r.name, t.track_key
from ranked r
join raw_playlist_track t on t.identity = r.identity and t.details = r.details
where r.choice = 1
