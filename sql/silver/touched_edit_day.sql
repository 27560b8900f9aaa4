-- name:     silver/touched_edit_day
-- grain:    one row per listener and UTC day with plays in the span of an edit that the current load states or undoes
-- inputs:   raw_play, raw_play_item, silver_context, touched_edit
-- build:    temp
-- needs:    touched_edit
-- columns:  listener_key, ended_day
-- rule:     of a hidden artist the days with that artist's plays
select distinct e.listener_key, r.ended_day
from touched_edit e
join silver_context c on c.listener_key = e.listener_key
join raw_play r on r.context_key = c.context_key and r.ended_day between e.from_day and e.to_day
where e.kind in ('delete', 'exclude')
union
select distinct e.listener_key, r.ended_day
from touched_edit e
join silver_context c on c.listener_key = e.listener_key
join raw_play r on r.context_key = c.context_key
join raw_play_item i on i.item_key = r.item_key and f_lower(i.artist) = f_lower(e.artist)
where e.kind = 'hide'
