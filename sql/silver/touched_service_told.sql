-- name:     silver/touched_service_told
-- grain:    one row per play of another service that an export or Spotify's Web API tells too
-- inputs:   touched_service_play, silver_settled_play, touched_service_day
-- build:    temp
-- needs:    touched_service_play
-- columns:  identity  bigint (touched_service_play)
--           play_id   bigint (silver_settled_play)
-- rule:     The same track by title and leading artist, by id or by ISRC, whose start as told lies within the play, or within 90 s
--           and what either leaves open of it. A play may have paused: it may have begun up to six hours before its end
--           less what was heard, if not before the end of the play before it. One to one: nearest where both choose each
--           other, and what is left over once more.
-- source:   docs/decisions/20261128_other_histories.md
with near as (
  select distinct t.listener_key, t.ended_day + n.step as ended_day
  from touched_service_day t
  cross join (select -2 as step union all select -1 as step union all select 0 as step union all select 1 as step
    union all select 2 as step) n
),
placed as (
  select p.listener_key, p.play_id, p.began_at_ms, p.ended_at_ms, p.precision_ms, p.track_key, p.lead_key, p.isrc,
    lag(p.ended_at_ms) over (partition by p.listener_key order by p.ended_at_ms, p.play_id) as end_before_ms
  from silver_settled_play p
  join near n on n.listener_key = p.listener_key and n.ended_day = p.ended_day
),
window_of as (
  select listener_key, play_id, began_at_ms, ended_at_ms, track_key, lead_key, isrc,
    greatest(began_at_ms - 21600000, least(began_at_ms, coalesce(end_before_ms, 0))) - 90000 - precision_ms as from_ms,
    ended_at_ms + 90000 + precision_ms as to_ms
  from placed
),
alike as (
  select s.identity, w.play_id from touched_service_play s
  join window_of w on w.listener_key = s.listener_key and w.lead_key = s.lead_key
    and s.began_at_ms between w.from_ms - s.slack_ms and w.to_ms + s.slack_ms
  union
  select s.identity, w.play_id from touched_service_play s
  join window_of w on w.listener_key = s.listener_key and w.track_key = s.track_key
    and s.began_at_ms between w.from_ms - s.slack_ms and w.to_ms + s.slack_ms
  union
  select s.identity, w.play_id from touched_service_play s
  join window_of w on w.listener_key = s.listener_key and w.isrc = s.isrc
    and s.began_at_ms between w.from_ms - s.slack_ms and w.to_ms + s.slack_ms
),
candidate as (
  select a.identity, a.play_id, case when s.is_end then abs(s.ended_at_ms - w.ended_at_ms)
    else abs(s.began_at_ms - w.began_at_ms) end as gap_ms
  from alike a
  join touched_service_play s on s.identity = a.identity
  join window_of w on w.play_id = a.play_id
),
first_choice as (
  select identity, play_id, row_number() over (partition by identity order by gap_ms, play_id) as of_service,
    row_number() over (partition by play_id order by gap_ms, identity) as of_play
  from candidate
),
first_pair as (select identity, play_id from first_choice where of_service = 1 and of_play = 1),
second_choice as (
  select c.identity, c.play_id, row_number() over (partition by c.identity order by c.gap_ms, c.play_id) as of_service,
    row_number() over (partition by c.play_id order by c.gap_ms, c.identity) as of_play
  from candidate c
  left join first_pair s on s.identity = c.identity
  left join first_pair p on p.play_id = c.play_id
  where s.identity is null and p.play_id is null
)
select identity, play_id from first_pair
union all
select identity, play_id from second_choice where of_service = 1 and of_play = 1
