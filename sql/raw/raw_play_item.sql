-- name:     raw/raw_play_item
-- grain:    one row per spelling of a thing played
-- inputs:   lake_play_item
-- build:    keys item_key
-- columns:  item_key  bigint
--           kind, item_id, title, artist, album, isrc  text
--           track_key, artist_key, album_key  bigint, 60-bit keys of the texts (f_id)
--           names_key  bigint, key of title and artist alone, as a source without ids knows the track
-- checks:   unique(item_key)
-- rule:     a track is known by its id; where a source knows none, by its title and artist in lower case
select item_key, kind, item_id, title, artist, album, isrc, f_track_key(item_id, title, artist) as track_key,
  f_id(coalesce(artist, '')) as artist_key, f_album_key(album, artist) as album_key,
  f_track_key(null, title, artist) as names_key
from lake_play_item
