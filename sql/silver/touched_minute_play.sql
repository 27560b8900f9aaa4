-- name:     silver/touched_minute_play
-- grain:    one row per statement of an export that knows minutes only, on a touched day
-- inputs:   raw_play, raw_play_item, touched_context, touched_day, touched_load
-- build:    temp
-- columns:  listener_key, ended_day
--           identity, played_ms  bigint (raw_play)
--           names_key  bigint (raw_play_item)
--           minute_no  bigint, minutes since 1970-01-01 UTC
with stated as (
  select identity, context_key, item_key, ended_at_ms, ended_day, played_ms
  from raw_play
  where load_no in (select load_no from touched_load) and ended_precision_ms >= 60000
    and ended_day in (select ended_day from touched_day)
)
select distinct c.listener_key, r.ended_day, r.identity, r.played_ms, i.names_key,
  f_idiv(r.ended_at_ms, 60000) as minute_no
from stated r
join touched_context c on c.context_key = r.context_key
join raw_play_item i on i.item_key = r.item_key
where c.told_as = 'export' and exists (
  select 1 from touched_day t where t.listener_key = c.listener_key and t.ended_day = r.ended_day)
