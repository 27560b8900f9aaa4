-- name:     metrics/sessions
-- question: When was music played in one go?
-- columns:  started | instant | UTC | start of the first play
--           ended | instant | UTC | end of the last play
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
-- params:   limit
-- order:    latest first; a pause over 30 minutes ends a session
with ordered as (
  select play_id, ended_at_ms, played_ms, ended_at_ms - played_ms as started_at_ms,
    max(ended_at_ms) over (order by ended_at_ms, play_id rows between unbounded preceding and 1 preceding) as before_ms
  from selection
),
marked as (
  select play_id, ended_at_ms, played_ms, started_at_ms,
    case when before_ms is null or started_at_ms - before_ms > 1800000 then 1 else 0 end as begins
  from ordered
),
numbered as (
  select ended_at_ms, played_ms, started_at_ms, sum(begins) over (order by ended_at_ms, play_id
    rows between unbounded preceding and current row) as session_no
  from marked
),
grouped as (
  select min(started_at_ms) as started, max(ended_at_ms) as ended, count(*) as plays,
    cast(sum(played_ms) as bigint) as ms
  from numbered group by session_no
),
ranked as (select started, ended, plays, ms, row_number() over (order by started desc, ended desc) as place from grouped)
select started, ended, plays, ms from ranked where place <= p_limit() order by place
