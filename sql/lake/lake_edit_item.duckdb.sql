-- name:     lake/lake_edit_item
-- grain:    one row per track that an edit names as one of several
-- inputs:   lake_edit
-- columns:  id, place, item_id
select id, place, item_id
from (select id, unnest(data.items) as item_id, generate_subscripts(data.items, 1) as place from lake_edit) as named
