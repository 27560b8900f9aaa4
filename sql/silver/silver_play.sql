-- name:     silver/silver_play
-- grain:    one row per play
-- inputs:   raw_play, raw_play_item, silver_context, touched_day, silver_live_play, touched_live_told
-- build:    days
-- columns:  listener_key   bigint, whose play (silver_context)
--           play_id        bigint, the identity that its witnesses share
--           is_track       boolean, music rather than an episode, a chapter or what no source tells
--           ended_at_ms    bigint, END of the play, milliseconds since 1970-01-01 UTC
--           ended_quarter  integer, quarter-hours since 1970-01-01 UTC, for the join with zone offsets
--           ended_day      integer, UTC days since 1970-01-01
--           played_ms      bigint, milliseconds heard
--           context_key    bigint, circumstances as the richest witness tells them (silver_context)
--           was_skipped    boolean, as in silver_context
--           witnesses      integer, how many events of second precision tell of the play
--           event_id       bigint, details of the witness whose fields these are
-- checks:   unique(play_id)
-- rule:     Events that agree in listener, track, end and milliseconds tell of one play; the richest source gives the
--           fields, among equals the row that comes first by platform, country, reasons and flags. Account data knows minutes
--           only: a row of it is told already when a more exact witness of the same listener, minute, milliseconds,
--           title and artist exists. An identity tells the listener too. Live plays (silver_live_play) that no export tells come
--           beside them, then those that only another service tells (silver_service_play).
-- source:   docs/decisions/20261123_play_identity.md, docs/decisions/20261123_live_plays.md
with retold as (
  select identity, count(*) as witnesses
  from raw_play
  where ended_day in (select ended_day from touched_day)
  group by identity having count(*) > 1
),
ranked as (
  select w.identity, w.details, row_number() over (partition by w.identity
      order by case c.source when 'extended' then 1 when 'csv' then 2 else 3 end, c.platform nulls last,
        c.country nulls last, c.reason_start nulls last, c.reason_end nulls last, c.shuffle nulls last,
        c.skipped nulls last, c.offline nulls last, w.details) as choice
  from raw_play w
  join retold r on r.identity = w.identity
  join silver_context c on c.context_key = w.context_key
  where c.told_as = 'export'
),
account as (
  select r.identity, r.details, r.ended_day, r.ended_at_ms, r.played_ms, c.listener_key, i.names_key
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  join raw_play_item i on i.item_key = r.item_key
  where r.ended_precision_ms >= 60000 and r.ended_day in (select ended_day from touched_day)
    and c.told_as = 'export'
),
exact as (
  select r.ended_day, r.ended_at_ms, r.played_ms, c.listener_key, i.names_key
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  join raw_play_item i on i.item_key = r.item_key
  where r.ended_precision_ms < 60000 and r.ended_day in (select ended_day from account)
    and c.told_as = 'export'
),
told as (
  select distinct a.identity, a.details
  from account a
  join exact e on e.listener_key = a.listener_key and e.names_key = a.names_key and e.played_ms = a.played_ms
    and e.ended_day = a.ended_day and f_idiv(e.ended_at_ms, 60000) = f_idiv(a.ended_at_ms, 60000)
),
surplus as (
  select identity, details from ranked where choice > 1
  union
  select identity, details from told
)
select c.listener_key, w.identity as play_id, i.kind = 'track' as is_track, w.ended_at_ms,
  cast(f_idiv(w.ended_at_ms, 900000) as integer) as ended_quarter, w.ended_day, w.played_ms, i.track_key,
  i.artist_key, i.album_key, w.context_key, c.was_skipped, cast(coalesce(r.witnesses, 1) as integer) as witnesses,
  w.details as event_id
from raw_play w
join silver_context c on c.context_key = w.context_key
join raw_play_item i on i.item_key = w.item_key
left join retold r on r.identity = w.identity
left join surplus s on s.identity = w.identity and s.details = w.details
where s.identity is null and c.told_as = 'export' and exists (
  select 1 from touched_day t where t.listener_key = c.listener_key and t.ended_day = w.ended_day)
union all
select l.listener_key, l.play_id, i.kind = 'track' as is_track, l.ended_at_ms,
  cast(f_idiv(l.ended_at_ms, 900000) as integer) as ended_quarter, l.ended_day, l.played_ms, i.track_key,
  i.artist_key, i.album_key, l.context_key, c.was_skipped, cast(l.witnesses as integer) as witnesses, l.event_id
from silver_live_play l
join silver_context c on c.context_key = l.context_key
join raw_play_item i on i.item_key = l.item_key
left join touched_live_told d on d.play_id = l.play_id
where d.play_id is null and exists (
  select 1 from touched_day t where t.listener_key = l.listener_key and t.ended_day = l.ended_day)
