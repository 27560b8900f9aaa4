-- name:     silver/silver_live_play
-- grain:    one row per play that only live sources need to tell of
-- inputs:   touched_live_play, touched_live_candidate, touched_live_match, touched_day
-- build:    days
-- needs:    touched_live_play
-- columns:  play_id       bigint, the identity of the statement whose fields these are
--           event_id      bigint, its details
--           ended_at_ms   bigint, END of the play
--           played_ms     bigint, heard as measured at the player; else the track's length
--           is_estimated  boolean, true where the milliseconds are the track's length and nobody measured them
--           ended_precision_ms  bigint, how far the end may be off
-- checks:   unique(play_id)
-- rule:     What the player showed is a play; a stamp of the list that matches its end is the exacter end. Any other stamp is an
--           end, and a start where as an end it would lie in what the player showed and as a start it would not; or where
--           its track does not fit between it and the end before; or fits exactly before the next start and not after the
--           end before. Never where the list showed it before the track could have ended. A stamp within an unmatched play of
--           the same track is that play's, and so is one whose play took a stamp that an unmatched play could have had.
-- source:   docs/decisions/20261123_live_plays.md
with player as (
  select p.listener_key, p.identity, p.details, p.item_key, p.context_key, p.track_key, p.began_at_ms,
    p.ended_at_ms as seen_end_ms, case when m.is_start = 0 then r.ended_at_ms else p.ended_at_ms end as ended_at_ms,
    p.played_ms, p.last_seen_ms, p.looked_after_ms,
    case when m.is_start = 0 then 1000 else greatest(p.ended_precision_ms, p.looked_after_ms - p.ended_at_ms) end as ended_precision_ms, m.recent_id
  from touched_live_play p
  left join touched_live_match m on m.player_id = p.identity
  left join touched_live_play r on r.identity = m.recent_id and r.source = 'recent'
  where p.source = 'player'
),
stamp as (
  select r.listener_key, r.identity, r.details, r.item_key, r.context_key, r.track_key, r.ended_at_ms as stamp_ms,
    r.played_ms, r.shown_at_ms, r.twin, p.identity as player_id, case when p.looked_after_ms - p.last_seen_ms > 60000 and p.ended_at_ms <> r.ended_at_ms then p.last_seen_ms
      else coalesce(p.ended_at_ms, r.ended_at_ms) end as known_end_ms,
    coalesce(p.began_at_ms, r.ended_at_ms - r.played_ms) as known_start_ms
  from touched_live_play r
  left join player p on p.recent_id = r.identity
  where r.source = 'recent'
),
placed as (
  select listener_key, identity, details, item_key, context_key, track_key, stamp_ms, played_ms, shown_at_ms,
    player_id, lag(known_end_ms) over (partition by listener_key order by stamp_ms, twin, identity) as end_before_ms,
    lead(known_start_ms) over (partition by listener_key order by stamp_ms, twin, identity) as start_after_ms
  from stamp
),
clash as (
  select s.identity,
    max(case when least(p.last_seen_ms, s.stamp_ms) - greatest(p.began_at_ms, s.stamp_ms - s.played_ms)
      > 15000 then 1 else 0 end) as as_end,
    max(case when least(p.last_seen_ms, s.stamp_ms + s.played_ms) - greatest(p.began_at_ms, s.stamp_ms)
      > 15000 then 1 else 0 end) as as_start
  from stamp s
  join player p on p.listener_key = s.listener_key
  where s.player_id is null and p.began_at_ms < s.stamp_ms + s.played_ms and p.seen_end_ms > s.stamp_ms - s.played_ms
  group by s.identity
),
alone as (
  select s.listener_key, s.identity, s.details, s.item_key, s.context_key, s.stamp_ms, s.played_ms,
    case when s.shown_at_ms > 0 and s.stamp_ms + s.played_ms > s.shown_at_ms + 5000 then false
      when coalesce(k.as_start, 0) > coalesce(k.as_end, 0) then false
      when coalesce(k.as_end, 0) > coalesce(k.as_start, 0) then true
      when abs(s.stamp_ms - s.played_ms - s.end_before_ms) <= 1500 then false
      else coalesce(s.stamp_ms - s.end_before_ms < s.played_ms - 5000, false)
          and coalesce(s.start_after_ms - s.stamp_ms >= s.played_ms - 5000, true)
        or coalesce(abs(s.start_after_ms - s.stamp_ms - s.played_ms) <= 1500, false) end as is_start
  from placed s
  left join clash k on k.identity = s.identity
  where s.player_id is null and not exists (
    select 1 from player p
    where p.recent_id is null and p.listener_key = s.listener_key and p.track_key = s.track_key
      and p.began_at_ms + 15000 < s.stamp_ms
      and p.last_seen_ms - 15000 > s.stamp_ms
      and (s.shown_at_ms = 0 or p.last_seen_ms <= s.shown_at_ms + 5000)
  ) and not exists (
    select 1 from touched_live_candidate c
    join player p on p.identity = c.player_id
    join touched_live_candidate o on o.recent_id = p.recent_id
    join player u on u.identity = o.player_id
    where c.recent_id = s.identity and u.recent_id is null)
),
decided as (
  select listener_key, identity as play_id, details as event_id, item_key, context_key, ended_at_ms, played_ms,
    false as is_estimated, ended_precision_ms
  from player
  union all
  select listener_key, identity, details, item_key, context_key,
    case when is_start then stamp_ms + played_ms else stamp_ms end, played_ms, true, played_ms
  from alone
),
dated as (
  select listener_key, play_id, event_id, item_key, context_key, ended_at_ms,
    cast(f_idiv(ended_at_ms, 86400000) as integer) as ended_day, played_ms, is_estimated, ended_precision_ms
  from decided
)
select d.listener_key, d.play_id, d.event_id, d.item_key, d.context_key, d.ended_at_ms, d.ended_day, d.played_ms,
  d.is_estimated, d.ended_precision_ms
from dated d
where exists (select 1 from touched_day t where t.listener_key = d.listener_key and t.ended_day = d.ended_day)
