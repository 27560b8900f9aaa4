-- name:     metrics/streaks
-- question: On how many days in a row was something played?
-- columns:  start | date |  | first day
--           end | date |  | last day
--           days | integer | days | length
-- params:   limit
-- order:    longest first, then the earlier
with days as (select distinct local_day from selection),
islands as (select local_day, local_day - row_number() over (order by local_day) as island from days),
runs as (select min(local_day) as first_day, max(local_day) as last_day, count(*) as days from islands group by island),
ranked as (
  select first_day, last_day, days, row_number() over (order by days desc, first_day) as place from runs
)
select first_day as start, last_day as "end", days from ranked where place <= p_limit() order by place
