-- name:     silver/silver_album
-- grain:    one row per album (name and album artist)
-- inputs:   touched_item
-- build:    keys album_key
-- columns:  album_key  bigint, key of album and artist
-- checks:   unique(album_key)
select album_key, min(album) as album, min(coalesce(artist, '')) as artist
from touched_item
where album is not null
group by album_key
