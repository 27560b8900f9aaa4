-- name:     metrics/habits
-- question: How is music played?
-- columns:  dimension | text |  | platform, country, shuffle, offline, reason_start or reason_end
--           value | text |  | as the source tells it; null = not told
--           plays_all | integer | plays | plays of any length
--           ms | integer | ms | milliseconds heard
-- order:    dimension, plays_all, value
with heard as (
  select context_key, count(*) as plays_all, cast(sum(played_ms) as bigint) as ms from selection_all group by context_key
),
counted as (
  select c.platform, c.country, c.shuffle, c.offline, c.reason_start, c.reason_end, h.plays_all, h.ms
  from heard h join silver_context c on c.context_key = h.context_key
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
