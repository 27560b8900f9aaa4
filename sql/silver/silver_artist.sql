-- name:     silver/silver_artist
-- grain:    one row per artist name
-- inputs:   touched_item
-- build:    keys artist_key
-- columns:  artist_key  bigint, key of the name
-- checks:   unique(artist_key)
select artist_key, min(coalesce(artist, '')) as artist
from touched_item
group by artist_key
