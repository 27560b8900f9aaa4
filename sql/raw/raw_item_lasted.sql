-- name:     raw/raw_item_lasted
-- grain:    one row per load, spelling of a thing played and milliseconds that plays of it lasted
-- inputs:   lake_play, lake_play_context
-- build:    append
-- columns:  load_no, item_key  bigint (raw_play)
--           tells      integer, 2 what Spotify's list of recent plays tells, 1 what plays lasted that ran to the end, 0 what all others did
--           played_ms  bigint
--           plays      bigint, how many plays of the load lasted that long
-- checks:   unique(load_no, item_key, tells, played_ms)
-- rule:     As raw_item_told: sums for each load, so that what all loads come to needs no look at every play. Of exports, and of the
--           list of recent plays, whose milliseconds are the track's length (sql/lake.md). Of what is 2 or 0 the longest alone.
with told as (
  select r.item_key, r.played_ms,
    case when c.source = 'recent' then 2 when c.reason_end = 'trackdone' then 1 else 0 end as tells
  from lake_play r
  join lake_play_context c on c.context_key = r.context_key
  where r.played_ms > 0 and (c.source = 'recent' or f_told_as(c.source) = 'export')
)
select p_load_no() as load_no, item_key, tells, played_ms, count(*) as plays
from told where tells = 1 group by item_key, tells, played_ms
union all
select p_load_no() as load_no, item_key, tells, max(played_ms) as played_ms, count(*) as plays
from told where tells <> 1 group by item_key, tells
