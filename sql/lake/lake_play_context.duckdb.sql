-- name:     lake/lake_play_context
-- grain:    one row per listener, source and circumstances that the load's play events name
-- inputs:   segments
-- columns:  context_key  bigint, a key of what follows; the same has the same key in every load
--           listener, source, platform, country, reason_start, reason_end  text
--           shuffle, skipped, offline, private  boolean, null where the source does not tell
select context_key, listener, source, platform, country, reason_start, reason_end,
  cast(shuffle as boolean) as shuffle, cast(skipped as boolean) as skipped, cast(offline as boolean) as offline,
  cast(private as boolean) as private
from staged_play_context
