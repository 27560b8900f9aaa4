-- name:     raw/raw_item_lasted
-- grain:    one row per load, spelling of a thing played and milliseconds that plays of it lasted
-- inputs:   lake_play, lake_play_context
-- build:    append
-- columns:  load_no, item_key  bigint (raw_play)
--           is_done    integer, 1 for plays that ran to the end (trackdone); of all others the longest alone has a row
--           played_ms  bigint
--           plays      bigint, how many exports' plays of the load lasted that long
-- checks:   unique(load_no, item_key, is_done, played_ms)
-- rule:     As raw_item_told: sums for each load, so that what all loads come to needs no look at every play.
with told as (
  select r.item_key, r.played_ms, case when c.reason_end = 'trackdone' then 1 else 0 end as is_done
  from lake_play r
  join lake_play_context c on c.context_key = r.context_key
  where r.played_ms > 0 and f_told_as(c.source) = 'export'
)
select p_load_no() as load_no, item_key, is_done, played_ms, count(*) as plays
from told where is_done = 1 group by item_key, is_done, played_ms
union all
select p_load_no() as load_no, item_key, is_done, max(played_ms) as played_ms, count(*) as plays
from told where is_done = 0 group by item_key, is_done
