-- name:     silver/silver_settled_play
-- grain:    one row per play that an export or Spotify's Web API tells, near something that another service tells
-- inputs:   silver_play, raw_play, raw_play_item, silver_context, touched_service_day, touched_load
-- build:    days
-- needs:    touched_service_day
-- columns:  play_id       bigint (silver_play)
--           began_at_ms   bigint, its end less what was heard: no later than that it began
--           ended_at_ms   bigint, END of the play
--           precision_ms  bigint, how far the end may be off; 0 where it is known to the second
--           lead_key      bigint, key of title and artist as any service spells them
--           isrc          text, where the statement tells it
-- checks:   unique(play_id)
-- rule:     only on days on which another service tells something, and on those beside them: nobody else asks
-- source:   docs/decisions/20261128_other_histories.md
with told as (
  select distinct c.listener_key, r.ended_day
  from silver_context c
  join touched_service_day t on t.listener_key = c.listener_key
  join raw_play r on r.context_key = c.context_key and r.ended_day between t.ended_day - 1 and t.ended_day + 1
  where r.load_no in (select load_no from touched_load) and c.told_as = 'service'
),
near as (
  select distinct t.listener_key, t.ended_day + n.step as ended_day
  from told t
  cross join (select -1 as step union all select 0 as step union all select 1 as step) n
),
settled as (
  select p.listener_key, p.play_id, p.event_id, p.ended_at_ms, p.ended_day, p.played_ms, p.track_key
  from touched_service_day t
  join near n on n.listener_key = t.listener_key and n.ended_day = t.ended_day
  join silver_play p on p.listener_key = t.listener_key and p.ended_day = t.ended_day
  where p.load_no = p_load_no() and p.is_track
),
stated as (
  select s.listener_key, s.play_id, s.ended_at_ms, s.ended_day, s.played_ms, s.track_key, r.item_key,
    case when r.ended_precision_ms < 60000 then 0 else 60000 end as precision_ms
  from settled s
  join raw_play r on r.identity = s.play_id and r.details = s.event_id
  where r.load_no in (select load_no from touched_load)
),
spelled as (
  select item_key, isrc, f_lead_key(title, artist) as lead_key
  from raw_play_item
  where item_key in (select item_key from stated)
)
select s.listener_key, s.play_id, s.ended_at_ms - s.played_ms as began_at_ms, s.ended_at_ms, s.ended_day,
  cast(s.precision_ms as bigint) as precision_ms, s.track_key, i.lead_key, i.isrc
from stated s
join spelled i on i.item_key = s.item_key
