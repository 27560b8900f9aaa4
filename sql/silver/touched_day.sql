-- name:     silver/touched_day
-- grain:    one row per listener and UTC day that the current load told something of
-- inputs:   raw_play
-- build:    temp
-- columns:  listener, ended_day
select distinct listener, ended_day
from raw_play
where load_no = p_load_no()
