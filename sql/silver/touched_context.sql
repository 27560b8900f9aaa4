-- name:     silver/touched_context
-- grain:    one row per source and circumstances of plays of a listener with touched days
-- inputs:   silver_context, touched_day
-- build:    temp
-- columns:  as in silver_context
-- rule:     By these few what is a listener's is found among everybody's plays without grouping or joining all of them.
select context_key, listener_key, listener, source, platform, country, reason_start, reason_end, shuffle, skipped, offline,
  private, was_skipped, source_flag, told_as
from silver_context
where listener_key in (select listener_key from touched_day)
