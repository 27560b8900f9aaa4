-- name:     metrics/gaps
-- question: When may plays be missing?
-- columns:  from | instant | UTC | the last play known before it
--           to | instant | UTC | the first play known after it
--           reason | text |  | why
-- order:    from, to, reason; conditions do not apply
select from_ms as "from", to_ms as "to", reason
from silver_gap where listener = p_listener() order by from_ms, to_ms, reason
