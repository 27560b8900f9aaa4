-- name:     metrics/coverage
-- question: How well is each hour witnessed?
-- columns:  date | date |  | local day
--           hour | integer |  | local hour, 0 to 23
--           live | integer | plays | plays of any length that ended in it and that Spotify showed live
--           export | integer | plays | those that an export, or another service's history, tells; some are both
--           gap | integer | minutes | of it in which plays may be missing (metric gaps)
-- order:    date, hour; hours without plays and gaps are left out
with played as (
  select local_day as day_no, local_hour as hour_no, sum(case when (told_by & 24) > 0 then 1 else 0 end) as live_plays,
    sum(case when (told_by & 103) > 0 then 1 else 0 end) as export_plays
  from selection_all group by local_day, local_hour
),
hour_fact as (
  select day_no, hour_no, live_plays, export_plays, 0 as gap_ms from played
  union all
  select day_no, hour_no, 0 as live_plays, 0 as export_plays, gap_ms from local_gap
)
select day_no as date, cast(hour_no as bigint) as hour, cast(sum(live_plays) as bigint) as live, cast(sum(export_plays) as bigint) as export,
  cast(f_idiv(sum(gap_ms) + 59999, 60000) as bigint) as gap
from hour_fact group by day_no, hour_no order by day_no, hour_no
