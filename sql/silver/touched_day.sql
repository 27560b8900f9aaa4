-- name:     silver/touched_day
-- grain:    one row per listener and UTC day that the current load told something of
-- inputs:   raw_play, silver_context
-- build:    temp
-- columns:  listener_key, ended_day
select distinct c.listener_key, r.ended_day
from raw_play r
join silver_context c on c.context_key = r.context_key
where r.load_no = p_load_no()
