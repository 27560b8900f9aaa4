-- name:     silver/touched_live_told
-- grain:    one row per live play on a touched day that an export tells too
-- inputs:   silver_live_play, raw_play, raw_play_item, silver_context, touched_day
-- build:    temp
-- columns:  play_id  bigint (silver_live_play)
-- rule:     The same track, by id or by title and artist, ending within 90 s of each other and what either leaves open: the export
--           minutes, the player the time between two looks, the list a track's length; one to one as in touched_live_match.
with live as (
  select l.listener_key, l.play_id, l.ended_at_ms, l.ended_precision_ms, l.ended_day, i.track_key, i.names_key
  from silver_live_play l
  join raw_play_item i on i.item_key = l.item_key
  where exists (select 1 from touched_day t where t.listener_key = l.listener_key and t.ended_day = l.ended_day)
),
near as (
  select distinct l.listener_key, l.ended_day + n.step as ended_day
  from live l
  cross join (select -1 as step union all select 0 as step union all select 1 as step) n
),
export as (
  select distinct c.listener_key, r.identity, r.ended_at_ms, r.ended_precision_ms, i.track_key, i.names_key
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  join near n on n.listener_key = c.listener_key and n.ended_day = r.ended_day
  join raw_play_item i on i.item_key = r.item_key
  where c.told_as = 'export'
),
candidate as (
  select l.play_id, e.identity as export_id, abs(e.ended_at_ms - l.ended_at_ms) as gap_ms
  from live l
  join export e on e.listener_key = l.listener_key and e.names_key = l.names_key
    and abs(e.ended_at_ms - l.ended_at_ms) <= 90000 + e.ended_precision_ms + l.ended_precision_ms
  union
  select l.play_id, e.identity as export_id, abs(e.ended_at_ms - l.ended_at_ms) as gap_ms
  from live l
  join export e on e.listener_key = l.listener_key and e.track_key = l.track_key
    and abs(e.ended_at_ms - l.ended_at_ms) <= 90000 + e.ended_precision_ms + l.ended_precision_ms
),
first_choice as (
  select play_id, export_id, row_number() over (partition by play_id order by gap_ms, export_id) as of_live,
    row_number() over (partition by export_id order by gap_ms, play_id) as of_export
  from candidate
),
first_pair as (select play_id, export_id from first_choice where of_live = 1 and of_export = 1),
second_choice as (
  select c.play_id, row_number() over (partition by c.play_id order by c.gap_ms, c.export_id) as of_live,
    row_number() over (partition by c.export_id order by c.gap_ms, c.play_id) as of_export
  from candidate c
  left join first_pair l on l.play_id = c.play_id
  left join first_pair e on e.export_id = c.export_id
  where l.play_id is null and e.export_id is null
)
select play_id from first_pair
union all
select play_id from second_choice where of_live = 1 and of_export = 1
