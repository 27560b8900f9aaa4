-- name:     metrics/habits
-- question: How is music played?
-- columns:  dimension | text |  | platform, country, shuffle, offline, reason_start or reason_end
--           value | text |  | as the source tells it; null = not told
--           plays_all | integer | plays | plays of any length
--           ms | integer | ms | milliseconds heard
-- order:    dimension, plays_all, value
with counted as (
  select platform, country, shuffle, offline, reason_start, reason_end, count(*) as plays_all, sum(played_ms) as ms
  from selection_all group by platform, country, shuffle, offline, reason_start, reason_end
),
long as (
  select 'platform' as dimension, platform as value, plays_all, ms from counted
  union all select 'country', country, plays_all, ms from counted
  union all select 'shuffle', case when shuffle then 'yes' when not shuffle then 'no' end, plays_all, ms from counted
  union all select 'offline', case when offline then 'yes' when not offline then 'no' end, plays_all, ms from counted
  union all select 'reason_start', reason_start, plays_all, ms from counted
  union all select 'reason_end', reason_end, plays_all, ms from counted
)
select dimension, value, cast(sum(plays_all) as bigint) as plays_all, cast(sum(ms) as bigint) as ms
from long group by dimension, value order by dimension, 3 desc, value nulls last
