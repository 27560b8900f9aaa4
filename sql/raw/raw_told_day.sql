-- name:     raw/raw_told_day
-- grain:    one row per listener and UTC day of which the current load tells
-- inputs:   lake_play, lake_play_context
-- build:    temp
-- columns:  listener_key, ended_day
-- rule:     From the load's own plays: to look for their contexts among everybody's costs more than they do.
select distinct f_id(c.listener) as listener_key, cast(f_idiv(r.ended_at_ms, 86400000) as integer) as ended_day
from lake_play r
join lake_play_context c on c.context_key = r.context_key
