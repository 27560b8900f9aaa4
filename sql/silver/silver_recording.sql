-- name:     silver/silver_recording
-- grain:    one row per track whose recording an edit changes
-- inputs:   silver_edit, raw_edit_item, silver_track
-- build:    replace
-- columns:  track_key
--           recording_key  bigint, in place of that of silver_track
-- checks:   unique(track_key)
-- rule:     A split track is a recording of its own. Merged ones have the smallest key of those that they are merged with, over
--           however many merges. What one recording is, is the same for all listeners of the house.
-- source:   docs/decisions/20261128_edits.md
with recursive named as (
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
  select distinct n.identity, o.recording_key
  from named n
  join own o on o.track_key = n.track_key
  where n.kind = 'merge'
),
smallest as (select identity, min(recording_key) as label from merged group by identity),
-- A smaller key goes from merge to merge by what they have in common, until none has one to give.
reached as (
  select identity, label from smallest
  union
  select b.identity, r.label
  from reached r
  join merged a on a.identity = r.identity
  join merged b on b.recording_key = a.recording_key
  join smallest s on s.identity = b.identity
  where r.label < s.label
),
labelled as (
  select m.recording_key, min(r.label) as label
  from merged m
  join reached r on r.identity = m.identity
  group by m.recording_key
)
select o.track_key, coalesce(l.label, o.recording_key) as recording_key
from own o
left join labelled l on l.recording_key = o.recording_key
where o.is_split or l.label is not null
