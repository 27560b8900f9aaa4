-- name:     silver/silver_playlist
-- grain:    one row per playlist
-- inputs:   raw_playlist
-- build:    replace
-- columns:  listener, source, playlist_id  text
--           playlist_no  bigint, key of the playlist
--           name         text, as last stated
--           called       text, the name by which it is asked for; null where that name means another list
--           is_read      boolean, whether what it holds was ever told
--           ended_at_ms  bigint, when it was no longer among the listener's; null while it is
-- checks:   unique(playlist_no)
-- rule:     A name means the list that Spotify's API holds under it; the list of the same name in account data is then asked for by
--           its id alone.
with ranked as (
  select listener, source, playlist_id, identity, name, held, stated_at_ms,
    row_number() over (partition by identity order by stated_at_ms desc, details) as choice,
    max(case when held = 'whole' then 1 else 0 end) over (partition by identity) as is_read
  from raw_playlist
),
named as (
  select listener, identity, name,
    row_number() over (partition by identity order by stated_at_ms desc, details) as choice
  from raw_playlist
  where name is not null
),
latest as (
  select r.listener, r.source, r.playlist_id, r.identity, n.name, r.held, r.stated_at_ms, r.is_read
  from ranked r
  left join named n on n.identity = r.identity and n.choice = 1
  where r.choice = 1
),
live as (
  select distinct listener, f_lower(name) as lower_name
  from latest
  where source = 'spotify' and held = 'whole'
)
select y.listener, y.source, y.playlist_id, y.identity as playlist_no, y.name,
  case when y.source = 'account' and l.lower_name is not null then null else y.name end as called, y.is_read = 1 as is_read,
  case when y.held = 'ended' then y.stated_at_ms end as ended_at_ms
from latest y
left join live l on l.listener = y.listener and l.lower_name = f_lower(y.name)
