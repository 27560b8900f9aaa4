-- name:     silver/silver_recording
-- grain:    one row per track whose recording an edit changes
-- inputs:   silver_edit, raw_edit_item, silver_track
-- build:    replace
-- columns:  track_key
--           recording_key  bigint, in place of that of silver_track
-- checks:   unique(track_key)
-- rule:     A split track is a recording of its own. Merged ones have the smallest key of those that they are merged with, over
--           three merges or fewer. What one recording is, is the same for all listeners of the house.
-- source:   docs/decisions/20261128_edits.md
with named as (
  select e.identity, e.kind, i.track_key
  from silver_edit e
  join raw_edit_item i on i.identity = e.identity
  where e.is_in_force and e.kind in ('merge', 'split')
),
own as (
  select t.track_key, case when s.track_key is null then t.recording_key else t.track_key end as recording_key,
    s.track_key is not null as is_split
  from silver_track t
  left join (select distinct track_key from named where kind = 'split') s on s.track_key = t.track_key
),
merged as (
  select n.identity, o.recording_key
  from named n
  join own o on o.track_key = n.track_key
  where n.kind = 'merge'
),
edge as (
  select distinct a.recording_key as one, b.recording_key as other
  from merged a
  join merged b on b.identity = a.identity
),
first_label as (select one, min(other) as label from edge group by one),
second_label as (
  select e.one, min(l.label) as label from edge e join first_label l on l.one = e.other group by e.one
),
third_label as (
  select e.one, min(l.label) as label from edge e join second_label l on l.one = e.other group by e.one
)
select o.track_key, coalesce(l.label, o.recording_key) as recording_key
from own o
left join third_label l on l.one = o.recording_key
where o.is_split or l.label is not null
