-- name:     silver/touched_load
-- grain:    one row per load that may have told of the touched days or of three days on either side, or built them
-- inputs:   touched_span, touched_day
-- build:    temp
-- columns:  load_no
-- rule:     Rows lie in the order of their loads, so an engine that looks for these only skips all others unread: what a load
--           costs does not grow with what others told.
select distinct s.load_no
from touched_span s
join (select listener_key, min(ended_day) - 3 as first_day, max(ended_day) + 3 as last_day from touched_day group by listener_key) t
  on t.listener_key = s.listener_key and s.first_day <= t.last_day and s.last_day >= t.first_day
