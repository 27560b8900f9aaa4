-- name:     metrics/sessions
-- question: When was music played in one go?
-- columns:  started | instant | UTC | start of the first play
--           ended | instant | UTC | end of the last play
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
-- params:   limit
-- order:    latest first; a pause over 30 minutes ends a session
-- rule:     A play belongs to the session of the play that ended before it unless more than 30 minutes lie between that end
--           and its start; of plays that end together the longest is the first. Plays that end within one half-hour can
--           have no such pause between them, so each half-hour is summed first: first_play packs the end (from the
--           half-hour on, plus 1) and the length of its first play into one number, x 2^40.
with half_hour as (
  select f_idiv(ended_at_ms, 1800000) as half_hour_no, max(ended_at_ms) as last_end,
    min((mod(ended_at_ms, 1800000) + 1) * 1099511627776 - played_ms) as first_play,
    min(ended_at_ms - played_ms) as started, count(*) as plays, cast(sum(played_ms) as bigint) as ms
  from selection group by f_idiv(ended_at_ms, 1800000)
),
placed as (
  select half_hour_no, last_end, first_play, started, plays, ms, f_idiv(first_play + 1099511627775, 1099511627776) as end_no,
    lag(last_end) over (order by half_hour_no) as before_ms
  from half_hour
),
begun as (
  select half_hour_no, last_end, started, plays, ms, before_ms,
    half_hour_no * 1800000 + end_no - 1 - (end_no * 1099511627776 - first_play) as first_start
  from placed
),
numbered as (
  select last_end, started, plays, ms, sum(case when before_ms is null or first_start - before_ms > 1800000
    then 1 else 0 end) over (order by half_hour_no rows between unbounded preceding and current row) as session_no
  from begun
),
grouped as (
  select min(started) as started, max(last_end) as ended, cast(sum(plays) as bigint) as plays,
    cast(sum(ms) as bigint) as ms
  from numbered group by session_no
),
ranked as (select started, ended, plays, ms, row_number() over (order by started desc, ended desc) as place from grouped)
select started, ended, plays, ms from ranked where place <= p_limit() order by place
