-- name:     silver/silver_excluded_play
-- grain:    one row per play that an edit takes out of every figure
-- inputs:   silver_play, touched_excluded_play
-- build:    days out of silver_play
-- needs:    touched_excluded_play
-- columns:  listener_key, play_id, is_track, ended_at_ms, ended_day, played_ms, track_key  as in silver_play
--           artist_key, album_key, context_key, was_skipped, witnesses, told_by, event_id  as in silver_play
--           edit_identity  bigint, the edit that takes it out, the first where there are several (silver_edit)
-- checks:   unique(play_id)
-- rule:     exclude and hide: all that lies in the span and agrees with what the edit names. delete: of the track's plays within
--           90 s of the instant, by id or by names, the nearest, so that it is the same play when a better source comes.
-- source:   docs/decisions/20261128_edits.md
select p.listener_key, p.play_id, p.is_track, p.ended_at_ms, p.ended_day, p.played_ms, p.track_key,
  p.artist_key, p.album_key, p.context_key, p.was_skipped, p.witnesses, p.told_by, p.event_id, x.edit_identity
from silver_play p
join touched_excluded_play x on x.play_id = p.play_id
