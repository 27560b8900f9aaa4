-- name:     silver/touched_live_near
-- grain:    one row per live play near a touched day and export's play that end together
-- inputs:   silver_live_play, raw_play_item, touched_export_play, touched_day
-- build:    temp
-- needs:    silver_live_play
-- columns:  play_id, export_id  bigint (silver_live_play, touched_export_play)
-- rule:     The same track, by id or by title and artist, ending within 90 s of each other and what either leaves open: the export
--           minutes, the player the time between two looks, the list a track's length. One to one: where both choose each
--           other as the nearest, and what is left over once more.
with near as (
  select distinct t.listener_key, t.ended_day + n.step as ended_day
  from touched_day t
  cross join (select -2 as step union all select -1 as step union all select 0 as step union all select 1 as step
    union all select 2 as step) n
),
live as (
  select l.listener_key, l.play_id, l.ended_at_ms, l.ended_precision_ms, i.track_key, i.names_key
  from silver_live_play l
  join near n on n.listener_key = l.listener_key and n.ended_day = l.ended_day
  join raw_play_item i on i.item_key = l.item_key
),
candidate as (
  select l.play_id, e.identity as export_id, abs(e.ended_at_ms - l.ended_at_ms) as gap_ms
  from live l
  join touched_export_play e on e.listener_key = l.listener_key and e.names_key = l.names_key
    and abs(e.ended_at_ms - l.ended_at_ms) <= 90000 + e.ended_precision_ms + l.ended_precision_ms
  union
  select l.play_id, e.identity as export_id, abs(e.ended_at_ms - l.ended_at_ms) as gap_ms
  from live l
  join touched_export_play e on e.listener_key = l.listener_key and e.track_key = l.track_key
    and abs(e.ended_at_ms - l.ended_at_ms) <= 90000 + e.ended_precision_ms + l.ended_precision_ms
),
first_choice as (
  select play_id, export_id, row_number() over (partition by play_id order by gap_ms, export_id) as of_live,
    row_number() over (partition by export_id order by gap_ms, play_id) as of_export
  from candidate
),
first_pair as (select play_id, export_id from first_choice where of_live = 1 and of_export = 1),
second_choice as (
  select c.play_id, c.export_id, row_number() over (partition by c.play_id order by c.gap_ms, c.export_id) as of_live,
    row_number() over (partition by c.export_id order by c.gap_ms, c.play_id) as of_export
  from candidate c
  left join first_pair l on l.play_id = c.play_id
  left join first_pair e on e.export_id = c.export_id
  where l.play_id is null and e.export_id is null
)
select play_id, export_id from first_pair
union all
select play_id, export_id from second_choice where of_live = 1 and of_export = 1
