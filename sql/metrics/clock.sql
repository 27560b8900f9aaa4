-- name:     metrics/clock
-- question: At which hours of the week is music played?
-- columns:  weekday | integer |  | 1 = Monday
--           hour | integer |  | 0 to 23, local
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
-- order:    weekday, hour; all 168 cells
with counted as (
  select local_weekday, local_hour, count(*) as plays, cast(sum(played_ms) as bigint) as ms
  from selection group by local_weekday, local_hour
)
select cast(d.i as bigint) as weekday, cast(h.i as bigint) as hour, coalesce(c.plays, 0) as plays,
  coalesce(c.ms, 0) as ms
from range(1, 8) as d(i) cross join range(0, 24) as h(i)
left join counted c on c.local_weekday = d.i and c.local_hour = h.i
order by d.i, h.i
