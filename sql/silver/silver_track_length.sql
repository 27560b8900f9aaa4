-- name:     silver/silver_track_length
-- grain:    one row per track whose length is told, or can be seen from its plays
-- inputs:   touched_track, raw_audio_features, raw_play_item, raw_play, silver_context
-- build:    keys track_key
-- columns:  length_ms  bigint, milliseconds of the whole track
-- checks:   unique(track_key)
-- rule:     as a catalogue tells it of the id, the longest; else what most of its plays that ran to the end (trackdone) lasted, the
--           longest of several; else its longest play
-- source:   docs/decisions/20261128_counting_rules.md
with item as (
  select item_key, track_key from raw_play_item where track_key in (select track_key from touched_track)
),
told as (
  select t.track_key, max(f.duration_ms) as length_ms
  from touched_track t
  join raw_audio_features f on f.track_key = t.track_key
  where f.duration_ms > 0
  group by t.track_key
),
lasted as (
  select i.track_key, r.played_ms, case when c.reason_end = 'trackdone' then 1 else 0 end as is_done, count(*) as plays
  from raw_play r
  join item i on i.item_key = r.item_key
  join silver_context c on c.context_key = r.context_key
  where c.told_as = 'export' and r.played_ms > 0
  group by i.track_key, r.played_ms, case when c.reason_end = 'trackdone' then 1 else 0 end
),
ranked as (
  select track_key, played_ms, row_number() over (partition by track_key
      order by is_done desc, is_done * plays desc, played_ms desc) as choice
  from lasted
)
select t.track_key, coalesce(c.length_ms, r.played_ms) as length_ms
from touched_track t
left join told c on c.track_key = t.track_key
left join ranked r on r.track_key = t.track_key and r.choice = 1
where c.length_ms is not null or r.played_ms is not null
