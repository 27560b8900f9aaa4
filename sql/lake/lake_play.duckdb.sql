-- name:     lake/lake_play
-- grain:    one row per event of type play that the load brings
-- inputs:   segments
-- columns:  identity, details  bigint, the halves of the event's id
--           item_key, context_key  bigint, keys of the texts (lake_play_item, lake_play_context)
--           ended_at_ms, ended_precision_ms, played_ms  bigint
--           file_key, row_no  bigint, the file and its record (from 1) that it came from; 0 where it came from none
select identity, details, item_key, context_key, ended_at_ms, ended_precision_ms, played_ms, file_key, row_no
from staged_play
