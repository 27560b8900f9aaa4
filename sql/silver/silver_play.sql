-- name:     silver/silver_play
-- grain:    one row per play
-- inputs:   raw_play, raw_play_item, touched_context, touched_day, silver_merge_account, silver_merge, silver_live_play, touched_live_told, touched_load
-- build:    days
-- columns:  listener_key   bigint, whose play (silver_context)
--           play_id        bigint, the identity that its witnesses share
--           is_track       boolean, music rather than an episode, a chapter or what no source tells
--           ended_at_ms    bigint, END of the play, milliseconds since 1970-01-01 UTC
--           ended_day      integer, UTC days since 1970-01-01
--           played_ms      bigint, milliseconds heard
--           context_key    bigint, circumstances as the richest witness tells them (silver_context)
--           was_skipped    boolean, as in silver_context
--           witnesses      integer, how many events tell of the play, whatever the source
--           told_by        integer, the sources that do: 1 extended, 2 csv, 4 account, 8 player, 16 recent, 32 another export, 64 another service, added up
--           event_id       bigint, details of the witness whose fields these are
-- checks:   unique(play_id)
-- rule:     Events that agree in listener, track, end and milliseconds tell of one play; the richest source gives the
--           fields, among equals the row that comes first by platform, country, reasons and flags. What knows
--           minutes only and is told by an exact statement (silver_merge_account) is no play of its own. An identity tells the
--           listener too. Live plays (silver_live_play) that no export tells come beside them,
--           then those that only another service tells (silver_service_play).
-- source:   docs/reconciliation.md
with retold as (
  select r.identity
  from raw_play r
  join touched_context c on c.context_key = r.context_key
  where r.load_no in (select load_no from touched_load) and exists (
    select 1 from touched_day t where t.listener_key = c.listener_key and t.ended_day = r.ended_day)
  group by r.identity having count(*) > 1
),
ranked as (
  select w.identity, w.details, c.source_flag as flag, row_number() over (partition by w.identity
      order by case c.source when 'extended' then 1 when 'csv' then 2 else 3 end, c.platform nulls last,
        c.country nulls last, c.reason_start nulls last, c.reason_end nulls last, c.shuffle nulls last,
        c.skipped nulls last, c.offline nulls last, w.details) as choice
  from raw_play w
  join retold r on r.identity = w.identity
  join touched_context c on c.context_key = w.context_key
  where w.load_no in (select load_no from touched_load) and c.told_as = 'export'
),
told_again as (select identity, count(*) as events, bit_or(flag) as flags from ranked group by identity),
merged as (
  select m.play_id, count(*) as events, bit_or(m.source_flag) as flags
  from silver_merge m
  where m.load_no in (select load_no from touched_load) and m.play_id is not null and exists (
    select 1 from touched_day t
    where t.listener_key = m.listener_key and m.ended_day between t.ended_day - 1 and t.ended_day + 1)
  group by m.play_id
),
surplus as (
  select identity, details from ranked where choice > 1
)
select c.listener_key, w.identity as play_id, i.kind = 'track' as is_track, w.ended_at_ms, w.ended_day, w.played_ms, i.track_key,
  i.artist_key, i.album_key, w.context_key, c.was_skipped,
  cast(coalesce(r.events, 1) + coalesce(m.events, 0) as integer) as witnesses,
  cast(coalesce(r.flags, c.source_flag) | coalesce(m.flags, 0) as integer) as told_by, w.details as event_id
from raw_play w
join touched_context c on c.context_key = w.context_key
join raw_play_item i on i.item_key = w.item_key
left join told_again r on r.identity = w.identity
left join merged m on m.play_id = w.identity
left join surplus s on s.identity = w.identity and s.details = w.details
left join silver_merge_account a on a.identity = w.identity and a.load_no = p_load_no()
where w.load_no in (select load_no from touched_load) and s.identity is null and a.identity is null
  and c.told_as = 'export' and exists (
  select 1 from touched_day t where t.listener_key = c.listener_key and t.ended_day = w.ended_day)
union all
select l.listener_key, l.play_id, i.kind = 'track' as is_track, l.ended_at_ms, l.ended_day, l.played_ms, i.track_key,
  i.artist_key, i.album_key, l.context_key, c.was_skipped, cast(1 + coalesce(m.events, 0) as integer) as witnesses,
  cast(c.source_flag | coalesce(m.flags, 0) as integer) as told_by, l.event_id
from silver_live_play l
join touched_context c on c.context_key = l.context_key
join raw_play_item i on i.item_key = l.item_key
left join merged m on m.play_id = l.play_id
left join touched_live_told d on d.play_id = l.play_id
where d.play_id is null and l.load_no = p_load_no()
