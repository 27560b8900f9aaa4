-- name:     silver/touched_live_candidate
-- grain:    one row per play that the player showed and statement of the list of recent plays that may tell of it
-- inputs:   touched_live_play
-- build:    temp
-- needs:    touched_live_play
-- columns:  player_id, recent_id  bigint, the two identities
--           is_start  integer, 0 where the stamp may be the end, else 1: near the start
--           doubt     integer, 0 where looks leave no other way, 1 where the end is not known well, 2 where the stamp may as
--                     well be the end of a play that nobody saw
--           gap_ms    bigint, how near
-- rule:     The same track, and within 15 s the stamp lies between the looks between which the play ended, and no other track's
--           stamp between the last look that saw it and this one; or it is that near to the start, or before it where the
--           play may have paused before it was seen first. A stamp at the start is another play's end where the list showed
--           it before this one was over, and where this one was broken off over 15 s before its end, which the list mostly
--           leaves out, while there was time for another before it: neither a look nor another track's stamp in it.
-- source:   docs/decisions/20261123_live_plays.md
with pair as (
  select p.listener_key, p.track_key, p.identity as player_id, r.identity as recent_id, r.ended_at_ms as stamp_ms,
    p.began_at_ms, p.last_seen_ms,
    case when r.ended_at_ms between p.last_seen_ms - 15000 and p.looked_after_ms + 15000 then 0 else 1 end as is_start,
    case when p.looked_after_ms - p.last_seen_ms > 60000 then 1 else 0 end as is_far,
    case when p.began_at_ms - p.looked_before_ms >= r.played_ms - 5000 and not exists (
      select 1 from touched_live_play o
      where o.source = 'recent' and o.listener_key = r.listener_key and o.track_key <> r.track_key
        and o.ended_at_ms > r.ended_at_ms - r.played_ms + 5000 and o.ended_at_ms < r.ended_at_ms) then 1 else 0 end as has_time_before,
    abs(r.ended_at_ms - p.began_at_ms) as from_start_ms, abs(r.ended_at_ms - p.ended_at_ms) as from_end_ms,
    case when r.ended_at_ms >= p.looked_before_ms - 2000 and r.ended_at_ms < p.began_at_ms then 1 else 0 end as may_have_paused,
    case when r.shown_at_ms > 0 and p.last_seen_ms > r.shown_at_ms + 5000 then 1 else 0 end as is_shown_before,
    case when p.is_skipped = 1 and r.played_ms - p.played_ms > 15000 then 1 else 0 end as is_broken_off
  from touched_live_play p
  join touched_live_play r on r.listener_key = p.listener_key and r.track_key = p.track_key
  where p.source = 'player' and r.source = 'recent' and r.ended_at_ms <= p.looked_after_ms + 15000
    and r.ended_at_ms >= least(p.began_at_ms - 15000, p.looked_before_ms - 2000)
),
possible as (
  select listener_key, track_key, player_id, recent_id, is_start,
    case when is_start = 0 then is_far else 2 * has_time_before end as doubt,
    case when is_start = 1 then from_start_ms when is_far = 1 then abs(stamp_ms - last_seen_ms) else from_end_ms end as gap_ms,
    case when is_start = 0 then last_seen_ms + 15000 when from_start_ms <= 15000 then stamp_ms else stamp_ms + 15000 end as from_ms,
    case when is_start = 0 then stamp_ms - 15000 when from_start_ms <= 15000 then stamp_ms else began_at_ms end as to_ms
  from pair
  where is_start = 0
    or ((from_start_ms <= 15000 or may_have_paused = 1) and is_shown_before = 0 and (is_broken_off = 0 or has_time_before = 0))
)
select c.player_id, c.recent_id, c.is_start, c.doubt, c.gap_ms
from possible c
where not exists (
  select 1 from touched_live_play o
  where o.source = 'recent' and o.listener_key = c.listener_key and o.track_key <> c.track_key
    and o.ended_at_ms > c.from_ms and o.ended_at_ms < c.to_ms)
