-- name:     silver/silver_service_play
-- grain:    one row per play that only other services tell
-- inputs:   touched_service_play, touched_service_told, raw_play_item, silver_context, touched_day
-- build:    days into silver_play
-- needs:    touched_service_play
-- columns:  listener_key, play_id, is_track, ended_at_ms, ended_day, played_ms, track_key  as in silver_play
--           artist_key, album_key, context_key, was_skipped, witnesses, told_by, event_id  as in silver_play
--           is_estimated  boolean, true where the milliseconds are the track's length or the least that a stream has
-- checks:   unique(play_id)
-- rule:     what touched_service_told does not find among plays that are told better
-- source:   docs/decisions/20261128_other_histories.md
with left_over as (
  select s.listener_key, s.identity, s.details, s.item_key, s.context_key, s.ended_at_ms,
    cast(f_idiv(s.ended_at_ms, 86400000) as integer) as ended_day, s.played_ms, s.is_estimated, s.witnesses
  from touched_service_play s
  left join touched_service_told d on d.identity = s.identity
  where d.identity is null
)
select l.listener_key, l.identity as play_id, true as is_track, l.ended_at_ms, l.ended_day, l.played_ms, i.track_key,
  i.artist_key, i.album_key, l.context_key, c.was_skipped, l.witnesses, c.source_flag as told_by, l.details as event_id, l.is_estimated
from left_over l
join silver_context c on c.context_key = l.context_key
join raw_play_item i on i.item_key = l.item_key
where exists (select 1 from touched_day t where t.listener_key = l.listener_key and t.ended_day = l.ended_day)
