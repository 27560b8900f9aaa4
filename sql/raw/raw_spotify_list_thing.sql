-- name:     raw/raw_spotify_list_thing
-- grain:    one row per thing that a statement names
-- inputs:   lake_spotify_list_thing
-- build:    append
-- columns:  identity, details        bigint, halves of the statement's id
--           place                    bigint, from 1, in Spotify's order
--           thing_id, name, artist  text
-- checks:   unique(identity, details, place)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, cast(place as bigint) as place,
  thing_id, name, artist
from lake_spotify_list_thing
