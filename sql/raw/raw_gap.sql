-- name:     raw/raw_gap
-- grain:    one row per stretch of time in which plays may have been missed
-- inputs:   lake_gap
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           from_ms, to_ms     bigint, milliseconds since 1970-01-01 UTC
--           reason             text, in words
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, source, data.from_ms as from_ms, data.to_ms as to_ms, data.reason as reason
from lake_gap
