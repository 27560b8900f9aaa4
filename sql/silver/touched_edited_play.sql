-- name:     silver/touched_edited_play
-- grain:    one row per play and edit that may take it out: of the listener, in the span or within 90 s of the instant
-- inputs:   silver_play, silver_edit, touched_edited_day
-- build:    temp
-- needs:    touched_edited_day
-- after:    silver_service_play
-- columns:  play_id, event_id, context_key, track_key, artist_key  as in silver_play
--           identity, kind, stated_at_ms  as in silver_edit
--           apart_ms   bigint, how far the end lies from the instant; 0 of a span
-- rule:     A table of its own, and the days before it, so that an engine sees how few they are and holds no history in memory.
select p.play_id, p.event_id, p.context_key, p.track_key, p.artist_key, e.identity, e.kind, e.stated_at_ms,
  case when e.kind = 'delete' then abs(p.ended_at_ms - e.at_ms) else 0 end as apart_ms
from silver_play p
join touched_edited_day t on t.listener_key = p.listener_key and t.ended_day = p.ended_day
join silver_edit e on e.listener_key = p.listener_key
where p.load_no = p_load_no() and e.is_in_force and ((e.kind = 'delete' and abs(p.ended_at_ms - e.at_ms) <= 90000)
  or (e.kind in ('exclude', 'hide') and p.ended_at_ms >= coalesce(e.from_ms, p.ended_at_ms)
    and p.ended_at_ms < coalesce(e.to_ms, p.ended_at_ms + 1)))
