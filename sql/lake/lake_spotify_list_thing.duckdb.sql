-- name:     lake/lake_spotify_list_thing
-- grain:    one row per thing that one of Spotify's lists names
-- inputs:   lake_spotify_list
-- columns:  id, place, thing_id, name, artist
select id, place, thing.id as thing_id, thing.name as name, thing.artist as artist
from (select id, unnest(data.things) as thing, generate_subscripts(data.things, 1) as place from lake_spotify_list) as named
