-- name:     metrics/settlement
-- question: What did an export change in what was captured live?
-- columns:  period | date |  | the period's first local day
--           settled | integer | plays | streams captured live that the export tells too: it replaced their end and length
--           added | integer | plays | streams of the export that were missed live
--           unmatched | integer | plays | streams captured live in a time that the extended export covers, of which it does not tell
--           recall | decimal(4) | share | settled / (settled + added)
--           ms_before | integer | ms | listened as captured live: settled and unmatched
--           ms_after | integer | ms | listened as it stands now: settled, added and unmatched
--           change | decimal(4) | share | (ms_after - ms_before) / ms_before
-- params:   grain
-- order:    period; those within the days of live capture in which an export tells of anything
with bounds as (
  select min(ended_at_ms) as first_ms, max(ended_at_ms) as last_ms from selection where (told_by & 24) > 0
),
placed as (
  select s.local_period as period, s.play_id, s.played_ms, s.told_by, s.ended_at_ms, c.listener_key,
    f_idiv(s.ended_at_ms, 86400000) as day_no
  from selection s
  join bounds b on s.ended_at_ms between b.first_ms - 90000 and b.last_ms + 90000 and (s.told_by & 63) > 0
  join silver_context c on c.context_key = s.context_key
),
live as (
  select m.play_id, max(l.played_ms) as live_ms
  from silver_merge m
  join silver_live_play l on l.play_id = m.identity and l.event_id = m.details
  group by m.play_id
),
judged as (
  select p.period, p.played_ms, coalesce(l.live_ms, p.played_ms) as live_ms, case when (p.told_by & 24) = 0 then 'added'
    when (p.told_by & 39) > 0 then 'settled' when (b.ended_day is not null or d.first_ms <= p.ended_at_ms)
      and (a.ended_day is not null or d.last_ms >= p.ended_at_ms) then 'unmatched' else 'open' end as outcome
  from placed p
  left join live l on l.play_id = p.play_id
  left join silver_export_day b on b.listener_key = p.listener_key and b.ended_day = p.day_no - 1
  left join silver_export_day d on d.listener_key = p.listener_key and d.ended_day = p.day_no
  left join silver_export_day a on a.listener_key = p.listener_key and a.ended_day = p.day_no + 1
),
total as (
  select period, cast(sum(case when outcome = 'settled' then 1 else 0 end) as bigint) as settled,
    cast(sum(case when outcome = 'added' then 1 else 0 end) as bigint) as added,
    cast(sum(case when outcome = 'unmatched' then 1 else 0 end) as bigint) as unmatched,
    cast(sum(case when outcome in ('settled', 'unmatched') then live_ms else 0 end) as bigint) as ms_before,
    cast(sum(case when outcome = 'open' then 0 else played_ms end) as bigint) as ms_after
  from judged group by period
)
select period, settled, added, unmatched, f_rdiv(settled * 10000, nullif(settled + added, 0)) as recall, ms_before, ms_after,
  f_rdiv((ms_after - ms_before) * 10000, nullif(ms_before, 0)) as change
from total where settled + added + unmatched > 0 order by period
