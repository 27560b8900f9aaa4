-- name:     silver/touched_live_play
-- grain:    one row per statement of a live source on a touched day or near one
-- inputs:   raw_play, raw_play_more, raw_play_item, silver_context, touched_day, touched_load
-- build:    temp
-- columns:  identity, details  bigint, the event
--           source        text, player or recent
--           began_at_ms   bigint, where the player was seen to begin; of the list of recent plays what its stamp would make it
--           ended_at_ms   bigint, where the player was seen to end; of the list of recent plays the stamp as told
--           looked_before_ms  bigint, the last look at the player before it; 0 of the list, and where there was none
--           last_seen_ms, looked_after_ms  bigint, looks between which it ended; 0 of the list
--           shown_at_ms   bigint, when the list was seen to hold it, so that it had ended; 0 of the player
--           is_skipped    integer, 1 where the player showed that it was broken off
--           twin          bigint, of the list its place, oldest first, among those of one stamp
-- rule:     Two days more on either side, so that each statement's neighbours are there. Of events of one source and
--           identity, which differ in circumstances only, the first by details. Both sources may tell one identity.
with near as (
  select distinct t.listener_key, t.ended_day + n.step as ended_day
  from touched_day t
  cross join (select -2 as step union all select -1 as step union all select 0 as step union all select 1 as step
    union all select 2 as step) n
),
stated as (
  select c.listener_key, c.source, r.identity, r.details, r.item_key, r.context_key, i.track_key, r.ended_at_ms,
    r.ended_precision_ms, r.played_ms, c.skipped, row_number() over (partition by c.source, r.identity order by r.details) as choice
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  join raw_play_item i on i.item_key = r.item_key
  where r.load_no in (select load_no from touched_load) and c.source in ('player', 'recent') and exists (
    select 1 from near n where n.listener_key = c.listener_key and n.ended_day = r.ended_day)
)
select s.listener_key, s.source, s.identity, s.details, s.item_key, s.context_key, s.track_key, s.ended_at_ms,
  s.ended_precision_ms, s.played_ms, coalesce(b.began_at_ms, s.ended_at_ms - s.played_ms) as began_at_ms,
  coalesce(b.looked_before_ms, 0) as looked_before_ms, coalesce(b.last_seen_ms, 0) as last_seen_ms, coalesce(b.looked_after_ms, 0) as looked_after_ms,
  coalesce(b.shown_at_ms, 0) as shown_at_ms,
  case when s.skipped then 1 else 0 end as is_skipped, coalesce(b.twin, 0) as twin
from stated s
left join raw_play_more b on b.identity = s.identity and b.details = s.details
where s.choice = 1
