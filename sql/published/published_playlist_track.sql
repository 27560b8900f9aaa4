-- name:     published/published_playlist_track
-- relation: playlist_tracks
-- grain:    one row per playlist and track that is in it now
-- inputs:   silver_playlist_stay, silver_track
-- key:      playlist_no, track_key
-- columns:  playlist_no | integer | the playlist (playlists)
--           track_key | integer | the track (tracks)
--           track_id | text | Spotify's id, null where no source knows it
--           title | text |
--           artist | text |
--           added_at | instant | when it was first added; null where it is not told
--           times | integer | how often it stands in the list
select cast(mod(y.playlist_no, 16) as varchar) as slice_part, y.playlist_no, y.track_key, min(t.track_id) as track_id, min(t.title) as title,
  min(t.artist) as artist, min(y.added_at_ms) as added_at, count(*) as times
from silver_playlist_stay y
join silver_track t on t.track_key = y.track_key
where y.listener = p_listener() and y.valid_to_ms is null and y.kind = 'track'
group by y.playlist_no, y.track_key
