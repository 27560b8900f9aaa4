-- name:     lake/lake_playlist_track
-- grain:    one row per entry that a playlist event names
-- inputs:   lake_playlist
-- columns:  id, subject, place, item_id, title, artist, album, kind, isrc, added_at_ms, added_precision_ms
select id, subject, place, track.item_id as item_id, track.title as title, track.artist as artist, track.album as album,
  coalesce(track.kind, 'track') as kind, track.isrc as isrc,
  epoch_ms(try_cast(track.added as timestamp)) as added_at_ms,
  case when length(track.added) = 10 then 86400000 else 0 end as added_precision_ms
from (select id, subject, unnest(data.tracks) as track, generate_subscripts(data.tracks, 1) as place from lake_playlist) as named
