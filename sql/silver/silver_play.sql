-- name:     silver/silver_play
-- grain:    one row per play
-- inputs:   raw_play, touched_day
-- build:    days
-- columns:  play_id        bigint, the identity that its witnesses share
--           ended_at_ms    bigint, END of the play, milliseconds since 1970-01-01 UTC
--           ended_quarter  integer, quarter-hours since 1970-01-01 UTC, for the join with zone offsets
--           ended_day      integer, UTC days since 1970-01-01
--           played_ms      bigint, milliseconds heard
--           source         text, the richest witness: extended, csv, account
--           witnesses      integer, how many events of second precision tell of the play
--           event_id       bigint, details of the witness whose fields these are
-- checks:   unique(listener, play_id)
-- rule:     Events that agree in listener, track, end and milliseconds tell of one play; the richest source gives the
--           fields, among equals the row that comes first by platform, country, reasons and flags. Account data knows minutes only: a row of it is told already
--           when a more exact witness of the same listener, minute, milliseconds, title and artist exists.
-- source:   docs/decisions/20261123_play_identity.md
with retold as (
  select r.listener, r.identity, count(*) as witnesses
  from raw_play r join touched_day t on r.listener = t.listener and r.ended_day = t.ended_day
  group by r.listener, r.identity having count(*) > 1
),
ranked as (
  select w.listener, w.identity, w.details, row_number() over (partition by w.listener, w.identity
      order by case w.source when 'extended' then 1 when 'csv' then 2 else 3 end, w.platform nulls last,
        w.country nulls last, w.reason_start nulls last, w.reason_end nulls last, w.shuffle nulls last,
        w.skipped nulls last, w.offline nulls last, w.details) as choice
  from raw_play w
  join retold r on w.listener = r.listener and w.identity = r.identity
),
account as (
  select r.listener, r.identity, r.details, r.ended_day, r.ended_at_ms, r.played_ms, r.title, r.artist
  from raw_play r join touched_day t on r.listener = t.listener and r.ended_day = t.ended_day
  where r.ended_precision_ms >= 60000
),
told as (
  select distinct a.listener, a.identity, a.details
  from account a
  join raw_play e on e.listener = a.listener and e.ended_day = a.ended_day and e.played_ms = a.played_ms
    and f_idiv(e.ended_at_ms, 60000) = f_idiv(a.ended_at_ms, 60000)
  where e.ended_precision_ms < 60000
    and f_lower(coalesce(e.title, '')) = f_lower(coalesce(a.title, ''))
    and f_lower(coalesce(e.artist, '')) = f_lower(coalesce(a.artist, ''))
),
surplus as (
  select listener, identity, details from ranked where choice > 1
  union all
  select listener, identity, details from told
)
select w.listener, w.identity as play_id, w.kind, w.ended_at_ms,
  cast(f_idiv(w.ended_at_ms, 900000) as integer) as ended_quarter, w.ended_day, w.played_ms, w.track_key,
  w.artist_key, w.album_key, w.platform, w.country, w.reason_start, w.reason_end, w.shuffle, w.skipped, w.offline,
  w.private, w.source, cast(coalesce(r.witnesses, 1) as integer) as witnesses, w.details as event_id
from raw_play w
join touched_day t on w.listener = t.listener and w.ended_day = t.ended_day
left join retold r on r.listener = w.listener and r.identity = w.identity
where not exists (
  select 1 from surplus s where s.listener = w.listener and s.identity = w.identity and s.details = w.details)
