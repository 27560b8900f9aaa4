-- name:     silver/silver_gap
-- grain:    one row per listener and stretch of time in which plays may have been missed
-- inputs:   raw_gap
-- build:    replace
-- columns:  listener, source, reason  text
--           from_ms, to_ms  bigint, milliseconds since 1970-01-01 UTC
-- checks:   unique(listener, source, from_ms, to_ms)
-- rule:     a stretch that was told with several reasons has the first of them
select listener, source, from_ms, to_ms, min(reason) as reason
from raw_gap group by listener, source, from_ms, to_ms
