-- name:     silver/touched_edited_day
-- grain:    one row per touched day of a listener with an edit in force that takes plays out
-- inputs:   silver_edit, touched_day
-- build:    temp
-- columns:  listener_key, ended_day
select t.listener_key, t.ended_day
from touched_day t
join (select distinct listener_key from silver_edit where is_in_force and kind in ('delete', 'exclude', 'hide')) e
  on e.listener_key = t.listener_key
