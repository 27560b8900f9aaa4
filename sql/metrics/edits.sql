-- name:     metrics/edits
-- question: What did the listener correct?
-- columns:  edit_id | text |  | by which `earprint edit undo` names it
--           kind | text |  | delete, exclude, hide, merge, split or travel
--           stated | instant | UTC | when it was said
--           from | instant | UTC | beginning of its span; null = open, or none
--           to | instant | UTC | its end, exclusive
--           what | text |  | the track, artist, platform, country or zone that it names
--           in_force | text |  | yes, or no where it was undone
--           plays | integer | plays | plays of any length that it takes out
-- order:    latest first, then edit_id; conditions do not apply
with taken as (
  select edit_identity, count(*) as plays from silver_excluded_play group by edit_identity
),
item as (
  select i.identity, min(i.place) as first_place, count(*) as items from raw_edit_item i group by i.identity
),
named as (
  select i.identity, t.title, t.artist, f.items
  from item f
  join raw_edit_item i on i.identity = f.identity and i.place = f.first_place
  left join silver_track t on t.track_key = i.track_key
)
select e.edit_id, e.kind, e.stated_at_ms as stated, coalesce(e.from_ms, e.at_ms) as "from", coalesce(e.to_ms, e.at_ms) as "to",
  nullif(concat_ws(', ', coalesce(e.title, n.title), coalesce(e.artist, n.artist), e.platform, e.country, e.zone,
    case when n.items > 1 then 'and ' || cast(n.items - 1 as varchar) || ' more' end), '') as what,
  case when e.is_in_force then 'yes' else 'no' end as in_force, coalesce(t.plays, 0) as plays
from silver_edit e
left join taken t on t.edit_identity = e.identity
left join named n on n.identity = e.identity
where e.listener = p_listener()
order by e.stated_at_ms desc, e.edit_id
