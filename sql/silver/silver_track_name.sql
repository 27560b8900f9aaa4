-- name:     silver/silver_track_name
-- grain:    one row per track that was played or stands in a list
-- inputs:   touched_item, touched_listed, raw_item_told, raw_play_item, raw_playlist_track, raw_saved_track
-- build:    keys track_key
-- columns:  title, artist, album  text, as the best statement spells them
--           item_id      text, the 22-character id, or a local file's; null where no source knows one
--           spelled_at   bigint, rank of the statement: later plays and richer sources win; negative: only lists name it
-- checks:   unique(track_key)
-- rule:     The spelling of the latest play wins, among plays of one instant the richer source, then the smaller text, and any
--           play before a list; a maximum, so it comes out the same in whatever order and however often events arrive.
with touched as (
  select track_key from touched_item
  union
  select track_key from touched_listed
),
item as (
  select item_key, track_key, kind, item_id, title, artist, album, artist_key, album_key
  from raw_play_item
  where track_key in (select track_key from touched)
),
stated as (
  select item_key, max(spelled_at) as spelled_at
  from raw_item_told
  where item_key in (select item_key from item)
  group by item_key
),
listed as (
  select track_key, item_id, title, artist, album
  from raw_playlist_track
  where kind = 'track' and track_key in (select track_key from touched)
  union
  select track_key, item_id, title, artist, album
  from raw_saved_track
  where track_key in (select track_key from touched)
),
candidate as (
  select i.track_key, s.spelled_at, i.kind, i.item_id, i.title, i.artist, i.album, i.artist_key, i.album_key
  from stated s
  join item i on i.item_key = s.item_key
  union all
  select track_key, cast(-1 as bigint) as spelled_at, 'track' as kind, item_id, title, artist, album,
    f_id(coalesce(artist, '')) as artist_key, f_album_key(album, artist) as album_key
  from listed
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
