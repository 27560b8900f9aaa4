-- name:     raw/raw_edit_item
-- grain:    one row per track that a merge or a split names
-- inputs:   lake_edit_item
-- build:    append
-- columns:  identity   bigint, first half of the edit's event id
--           place      bigint, from 1
--           track_key  bigint, key of the track id
select f_hex60(substr(id, 1, 15)) as identity, p_load_no() as load_no, cast(place as bigint) as place,
  f_track_key(item_id, null, null) as track_key
from lake_edit_item
