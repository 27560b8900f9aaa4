-- name:     silver/silver_export_day
-- grain:    one row per listener and UTC day of which the extended export tells
-- inputs:   raw_play, touched_context, touched_day, touched_load
-- build:    days
-- columns:  listener_key, ended_day
--           first_ms, last_ms  bigint, the first and the last end of a play that it tells on that day
-- checks:   unique(listener_key, ended_day)
-- rule:     Spotify's extended export leaves nothing out of the span that it covers. A moment lies in that span when the
--           export tells of plays before and after it, on the same day or on the day beside.
-- source:   docs/reconciliation.md
select c.listener_key, r.ended_day, min(r.ended_at_ms) as first_ms, max(r.ended_at_ms) as last_ms
from raw_play r
join touched_context c on c.context_key = r.context_key
where r.load_no in (select load_no from touched_load) and r.ended_precision_ms < 60000 and c.source = 'extended' and exists (
  select 1 from touched_day t where t.listener_key = c.listener_key and t.ended_day = r.ended_day)
group by c.listener_key, r.ended_day
