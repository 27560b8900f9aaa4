-- name:     lake/lake_play_more
-- grain:    one row per event of type play that the load brings and that tells more than an export does
-- inputs:   segments
-- columns:  identity, details  bigint, the halves of the event's id
--           began_at_ms, looked_before_ms, last_seen_ms, looked_after_ms, shown_at_ms, twin  bigint
select identity, details, began_at_ms, looked_before_ms, last_seen_ms, looked_after_ms, shown_at_ms, twin
from staged_play_more
