-- name:     silver/silver_edit
-- grain:    one row per correction that a listener stated, undos apart
-- inputs:   raw_edit
-- build:    replace
-- columns:  identity      bigint (raw_edit)
--           listener_key  bigint, key of the listener's name
--           track_key     bigint, key of the track that it names, by id or else by names; null where it names none
--           names_key     bigint, key of title and artist where both are named
--           is_in_force   boolean, false where the listener has undone it
-- checks:   unique(identity)
-- rule:     an edit holds until its listener undoes it; to have it again it is stated again
-- source:   docs/decisions/20261128_edits.md
with undone as (
  select distinct listener, undoes as identity from raw_edit where kind = 'undo'
)
select e.identity, e.edit_id, f_id(e.listener) as listener_key, e.listener, e.kind, e.stated_at_ms, e.from_ms, e.to_ms,
  e.at_ms, case when e.item_id is null and e.title is null then null else f_track_key(e.item_id, e.title, e.artist)
    end as track_key,
  case when e.title is null then null else f_track_key(null, e.title, e.artist) end as names_key,
  e.item_id, e.title, e.artist, e.platform, e.country, e.zone, e.note, u.identity is null as is_in_force
from raw_edit e
left join undone u on u.identity = e.identity and u.listener = e.listener
where e.kind <> 'undo'
