-- name:     raw/raw_play
-- grain:    one row per play event
-- inputs:   lake_play
-- build:    append
-- columns:  identity       bigint, first half of the event id: which play is told of
--           details        bigint, second half: how it is told
--           load_no        bigint, which load brought the event
--           ended_at_ms    bigint, END of the play, milliseconds since 1970-01-01 UTC
--           ended_day      integer, its UTC day since 1970-01-01
--           played_ms      bigint, milliseconds heard
--           track_key, artist_key, album_key  bigint, 60-bit keys of the texts (f_id)
-- checks:   unique(identity, details)
-- rule:     a track is known by its id; where a source knows none, by its title and artist in lower case
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, source, data.kind as kind,
  data.ended_at_ms as ended_at_ms, cast(f_idiv(data.ended_at_ms, 86400000) as integer) as ended_day,
  coalesce(data.ended_precision_ms, 1000) as ended_precision_ms, data.played_ms as played_ms,
  f_track_key(data.item_id, data.title, data.artist) as track_key,
  f_id(coalesce(data.artist, '')) as artist_key, f_album_key(data.album, data.artist) as album_key,
  data.item_id as item_id, data.title as title, data.artist as artist, data.album as album,
  data.platform as platform, data.country as country, data.reason_start as reason_start,
  data.reason_end as reason_end, data.shuffle as shuffle, data.skipped as skipped, data.offline as offline,
  data.private as private
from lake_play
