-- name:     silver/touched_service_day
-- grain:    one row per touched day of a listener of whom another service's history is here
-- inputs:   touched_day, silver_context
-- build:    temp
-- columns:  listener_key, ended_day
-- rule:     a table of its own, so that the engine knows where there is none, and looks at no play then
select t.listener_key, t.ended_day
from touched_day t
where t.listener_key in (select listener_key from silver_context where told_as = 'service')
