-- name:     raw/raw_play_more
-- grain:    one row per play event that tells more than an export does
-- inputs:   lake_play_more
-- build:    append
-- columns:  identity, details  bigint, the event's id (raw_play)
--           began_at_ms       bigint, milliseconds since 1970-01-01 UTC; the end less what was heard where it is not told
--           looked_before_ms  bigint, the last look at the player before it; 0 where there was none
--           last_seen_ms, looked_after_ms  bigint, the last look that saw it, the first that did not any more; 0 of other sources
--           shown_at_ms       bigint, when the list of recent plays was seen to hold it; 0 of other sources
--           twin              bigint, 0 for the first; of the list of recent plays its place, oldest first, among those of one stamp
-- checks:   unique(identity, details)
select identity, details, began_at_ms, looked_before_ms, last_seen_ms, looked_after_ms, shown_at_ms, twin
from lake_play_more
