-- name:     silver/silver_playlist_track
-- grain:    one row per playlist and track that is in it now, as far as is known
-- inputs:   raw_playlist, silver_playlist_stay
-- build:    replace
-- columns:  playlist_id  text
--           name         text, as last stated
--           called       text, the name by which it is asked for; null where that name means another list
-- rule:     A name means the list that Spotify's API holds under it; the list of the same name in account data is then asked for by
--           its id alone.
with ranked as (
  select listener, source, identity, name, held,
    row_number() over (partition by identity order by stated_at_ms desc, details) as choice
  from raw_playlist
  where held <> 'barred'
),
live as (
  select distinct listener, f_lower(name) as lower_name
  from ranked
  where choice = 1 and source = 'spotify' and held = 'whole'
)
select distinct y.listener, y.playlist_id, r.name,
  case when y.source = 'account' and l.lower_name is not null then null else r.name end as called, y.track_key
from silver_playlist_stay y
join ranked r on r.identity = y.playlist_no and r.choice = 1
left join live l on l.listener = y.listener and l.lower_name = f_lower(r.name)
where y.valid_to_ms is null
