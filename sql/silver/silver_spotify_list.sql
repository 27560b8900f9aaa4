-- name:     silver/silver_spotify_list
-- grain:    one row per listener, list of Spotify's and place in it, as last stated
-- inputs:   raw_spotify_list, raw_spotify_list_thing
-- build:    replace
-- columns:  listener, list, range  text
--           place                  bigint, from 1
--           thing_id, name, artist  text
--           stated_at_ms           bigint, since 1970-01-01 UTC
-- checks:   unique(listener, list, range, place)
with ranked as (
  select listener, list, range, identity, details, stated_at_ms,
    row_number() over (partition by listener, list, range order by stated_at_ms desc, identity, details) as choice
  from raw_spotify_list
)
select r.listener, r.list, r.range, t.place, t.thing_id, t.name, t.artist, r.stated_at_ms
from ranked r
join raw_spotify_list_thing t on t.identity = r.identity and t.details = r.details
where r.choice = 1
