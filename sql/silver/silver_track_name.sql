-- name:     silver/silver_track_name
-- grain:    one row per track
-- inputs:   raw_play
-- build:    keys track_key
-- columns:  title, artist, album  text, as the best statement spells them
--           item_id      text, the 22-character id, or a local file's; null where no source knows one
--           spelled_at   bigint, rank of the statement: later plays and richer sources win
-- checks:   unique(track_key)
-- rule:     The spelling of the latest play wins, among plays of one instant the richer source, then the smaller text;
--           a maximum, so it comes out the same in whatever order and however often events arrive.
with stated as (
  select track_key, ended_at_ms * 4 + case source when 'extended' then 3 when 'csv' then 2 else 1 end as spelled_at,
    kind, item_id, title, artist, album, artist_key, album_key
  from raw_play
  where track_key in (select track_key from raw_play where load_no = p_load_no())
),
latest as (
  select track_key, max(spelled_at) as spelled_at from stated group by track_key
),
candidate as (
  select s.track_key, s.spelled_at, s.kind, s.item_id, s.title, s.artist, s.album, s.artist_key, s.album_key
  from stated s
  join latest l on s.track_key = l.track_key and s.spelled_at = l.spelled_at
),
ranked as (
  select track_key, spelled_at, kind, item_id, title, artist, album, artist_key, album_key,
    row_number() over (partition by track_key order by spelled_at desc, title nulls last, artist nulls last,
      album nulls last) as choice
  from candidate
)
select track_key, spelled_at, kind, item_id, title, artist, album, artist_key, album_key,
  f_name_key(title, artist) as name_key
from ranked
where choice = 1
