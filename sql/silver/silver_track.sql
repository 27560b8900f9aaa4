-- name:     silver/silver_track
-- grain:    one row per track
-- inputs:   touched_track, touched_isrc, silver_track_name, raw_audio_features
-- build:    keys track_key
-- columns:  track_id       text, the 22-character id; null where no source knows one
--           recording_key  bigint, key of the recording (ISRC) where it is known, else the track's own
--           release_year   integer, from a catalogue with the same track id; null where unknown
-- checks:   unique(track_key)
with attribute as (
  select t.track_key, min(f.release_year) as release_year
  from touched_track t
  join raw_audio_features f on f.track_key = t.track_key
  group by t.track_key
)
select n.track_key, n.item_id as track_id, n.title, n.artist, n.artist_key, n.album, n.album_key, i.isrc,
  case when i.isrc is null then n.track_key else f_id(i.isrc) end as recording_key, a.release_year
from touched_track t
join silver_track_name n on n.track_key = t.track_key
left join touched_isrc i on i.track_key = t.track_key
left join attribute a on a.track_key = t.track_key
