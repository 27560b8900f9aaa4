-- name:     raw/raw_edit
-- grain:    one row per correction that a listener stated
-- inputs:   lake_edit
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           edit_id      text, the event's id, by which an undo names it
--           kind         text, delete, exclude, hide, merge, split, travel or undo
--           stated_at_ms  bigint, when the listener said so, milliseconds since 1970-01-01 UTC
--           from_ms, to_ms  bigint, a span of ends of plays, from inclusive, to exclusive; null where it is open
--           at_ms        bigint, near which the play of a delete ended
--           item_id, title, artist, platform, country, zone, note  text, null where not stated
--           undoes       bigint, identity of the edit that an undo takes back
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  id as edit_id, subject as listener, source, data.kind as kind, data.stated_at_ms as stated_at_ms, data.from_ms as from_ms,
  data.to_ms as to_ms, data.at_ms as at_ms, data.item_id as item_id, data.title as title, data.artist as artist,
  data.platform as platform, data.country as country, data.zone as zone, f_hex60(substr(data.undoes, 1, 15)) as undoes,
  data.note as note
from lake_edit
