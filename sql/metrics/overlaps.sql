-- name:     metrics/overlaps
-- question: How often do two plays of one account lie over each other?
-- columns:  period | date |  | the period's first local day
--           plays | integer | plays | plays of any length
--           overlaps | integer | plays | that began before the play before them had ended
--           ms | integer | ms | for which they lie over each other
-- params:   grain
-- order:    period; periods without overlaps are left out
-- rule:     One account plays one thing at a time; devices with wrong clocks, and exports, say otherwise. Such plays are kept.
--           A second is let pass, a minute where only the minute of the end is known; a play whose length nobody measured
--           is not looked at.
with placed as (
  select local_period as period, played_ms, told_by, ended_at_ms - played_ms as began_at_ms, lag(ended_at_ms) over (
    order by ended_at_ms, played_ms desc, play_id) as before_ms
  from selection_all
),
counted as (
  select period, case when told_by <> 16 and before_ms - began_at_ms > case when told_by = 4 then 60000 else 1000 end
    then least(before_ms - began_at_ms, played_ms) else 0 end as over_ms
  from placed
)
select period, count(*) as plays, cast(sum(case when over_ms > 0 then 1 else 0 end) as bigint) as overlaps,
  cast(sum(over_ms) as bigint) as ms
from counted group by period having sum(over_ms) > 0 order by period
