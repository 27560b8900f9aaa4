-- name:     silver/touched_span
-- grain:    one row per load and listener of whom it built days
-- inputs:   touched_day
-- build:    append
-- columns:  load_no, listener_key  bigint
--           first_day, last_day    integer, the first and the last of these days
-- checks:   unique(load_no, listener_key)
-- rule:     What is known of a listener's day was told, and its rows were built, by loads whose span it lies in.
select p_load_no() as load_no, listener_key, min(ended_day) as first_day, max(ended_day) as last_day
from touched_day
group by listener_key
