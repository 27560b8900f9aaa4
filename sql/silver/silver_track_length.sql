-- name:     silver/silver_track_length
-- grain:    one row per track whose length is told, or can be seen from its plays
-- inputs:   touched_track, raw_audio_features, raw_play_item, raw_item_lasted
-- build:    keys track_key
-- columns:  length_ms  bigint, milliseconds of the whole track
--           known_ms   bigint, the same; null where it is but the longest play, which may have broken off
-- checks:   unique(track_key)
-- rule:     as a catalogue tells it of the id, the longest; else as Spotify's list of recent plays tells it, the longest; else what
--           most of its plays that ran to the end (trackdone) lasted, the longest of several; else its longest play
-- source:   docs/decisions/20261128_counting_rules.md
with told as (
  select t.track_key, max(f.duration_ms) as length_ms
  from touched_track t
  join raw_audio_features f on f.track_key = t.track_key
  where f.duration_ms > 0
  group by t.track_key
),
item as (
  select i.item_key, i.track_key
  from raw_play_item i
  join touched_track t on t.track_key = i.track_key
  where i.track_key not in (select track_key from told)
),
lasted as (
  select i.track_key, r.tells, r.played_ms, sum(case when r.tells = 1 then r.plays else 0 end) as plays_done
  from raw_item_lasted r
  join item i on i.item_key = r.item_key
  group by i.track_key, r.tells, r.played_ms
),
ranked as (
  select track_key, tells, played_ms, row_number() over (partition by track_key
      order by tells desc, plays_done desc, played_ms desc) as choice
  from lasted
)
select t.track_key, coalesce(c.length_ms, r.played_ms) as length_ms,
  coalesce(c.length_ms, case when r.tells > 0 then r.played_ms end) as known_ms
from touched_track t
left join told c on c.track_key = t.track_key
left join ranked r on r.track_key = t.track_key and r.choice = 1
where c.length_ms is not null or r.played_ms is not null
