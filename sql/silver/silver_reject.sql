-- name:     silver/silver_reject
-- grain:    one row per refused record
-- inputs:   raw_dead_letter
-- build:    replace
-- columns:  rejects  bigint, how often that record was refused with that reason
select listener, source, file, "position", reason, count(*) as rejects
from raw_dead_letter
group by listener, source, file, "position", reason
