-- name:     silver/touched_export_play
-- grain:    one row per play that exports tell, and spelling of its track, near the touched days of listeners with live plays
-- inputs:   raw_play, raw_play_item, silver_context, silver_merge_account, silver_live_play, touched_day, touched_load
-- build:    temp
-- needs:    silver_live_play
-- columns:  listener_key, identity
--           ended_at_ms, ended_precision_ms  bigint, as in raw_play
--           from_ms  bigint, the earliest that it may have begun: where the export's play before it ended, yet no more than an
--                    hour of pauses before its end less what was heard
--           track_key, names_key  bigint (raw_play_item)
-- rule:     A play that several exports tell is one here too (silver_merge_account). Three days on either side, so that a day's
--           matches are the same whatever else the load touches.
with near as (
  select distinct t.listener_key, t.ended_day + n.step as ended_day
  from touched_day t
  join (select distinct listener_key from silver_live_play) l on l.listener_key = t.listener_key
  cross join (select -3 as step union all select -2 as step union all select -1 as step union all select 0 as step
    union all select 1 as step union all select 2 as step union all select 3 as step) n
),
stated as (
  select distinct c.listener_key, r.identity, r.ended_at_ms, r.ended_precision_ms, r.played_ms, i.track_key, i.names_key
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  join near n on n.listener_key = c.listener_key and n.ended_day = r.ended_day
  join raw_play_item i on i.item_key = r.item_key
  left join silver_merge_account a on a.identity = r.identity
  where r.load_no in (select load_no from touched_load) and c.told_as = 'export' and a.identity is null
),
play as (
  select listener_key, identity, min(ended_at_ms) as ended_at_ms, min(played_ms) as played_ms
  from stated group by listener_key, identity
),
placed as (
  select identity, greatest(ended_at_ms - played_ms - 3600000, coalesce(lag(ended_at_ms) over (
    partition by listener_key order by ended_at_ms, identity), 0)) as from_ms
  from play
)
select s.listener_key, s.identity, s.ended_at_ms, s.ended_precision_ms, p.from_ms, s.track_key, s.names_key
from stated s
join placed p on p.identity = s.identity
