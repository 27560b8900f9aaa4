-- name:     silver/touched_day
-- grain:    one row per listener and UTC day whose plays the current load may change
-- inputs:   raw_play, silver_context
-- build:    temp
-- columns:  listener_key, ended_day
-- rule:     the days that it told something of; where a listener has live plays or rows that know minutes only the days beside
--           them too, since what settles such a row may lie on the other side of midnight
with told as (
  select distinct c.listener_key, r.ended_day
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  where r.load_no = p_load_no()
),
inexact as (
  select listener_key from silver_context where source in ('player', 'recent')
  union
  select c.listener_key
  from (select distinct context_key from raw_play where ended_precision_ms >= 60000) r
  join silver_context c on c.context_key = r.context_key
)
select listener_key, ended_day from told
union
select t.listener_key, t.ended_day + n.step as ended_day
from told t
join inexact i on i.listener_key = t.listener_key
cross join (select -1 as step union all select 1 as step) n
