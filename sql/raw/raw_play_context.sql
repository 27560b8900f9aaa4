-- name:     raw/raw_play_context
-- grain:    one row per listener, source and circumstances of plays
-- inputs:   lake_play_context
-- build:    keys context_key
-- columns:  context_key  bigint
--           listener, source, platform, country, reason_start, reason_end  text
--           shuffle, skipped, offline, private  boolean
-- checks:   unique(context_key)
select context_key, listener, source, platform, country, reason_start, reason_end, shuffle, skipped, offline, private
from lake_play_context
