-- name:     silver/silver_artist
-- grain:    one row per artist name
-- inputs:   raw_play
-- build:    keys artist_key
-- columns:  artist_key  bigint, key of the name
-- checks:   unique(artist_key)
select artist_key, min(coalesce(artist, '')) as artist
from raw_play
where load_no = p_load_no()
group by artist_key
