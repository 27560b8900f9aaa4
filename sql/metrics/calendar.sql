-- name:     metrics/calendar
-- question: How much was played on each day?
-- columns:  date | date |  | local day
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
-- order:    date; days without plays are left out
select local_day as date, count(*) as plays, cast(sum(played_ms) as bigint) as ms
from selection group by local_day order by local_day
