-- name:     silver/silver_merge_account
-- grain:    one row per statement of an export that knows minutes only and is no play of its own
-- inputs:   raw_play, raw_play_item, touched_context, silver_export_day, touched_minute_play, touched_load
-- build:    days
-- needs:    touched_minute_play
-- columns:  listener_key, ended_day
--           identity  bigint, what it states (raw_play)
--           play_id  bigint, the exact statement that tells of the same play; null where none does
-- checks:   unique(identity)
-- rule:     Statements of one minute, length, title and artist are matched with exact ones one to one. What is left over is
--           no play where an exact source told of others like it, or where the extended export covers the minute
--           (silver_export_day): a source that knows less adds nothing to a count that a richer one has settled. There a
--           statement that agrees in minute and length alone is taken for one that was renamed, one to one.
-- source:   docs/decisions/20261128_minute_rows.md
with exact as (
  select distinct c.listener_key, r.identity, r.played_ms, i.names_key, f_idiv(r.ended_at_ms, 60000) as minute_no
  from raw_play r
  join touched_context c on c.context_key = r.context_key
  join raw_play_item i on i.item_key = r.item_key
  where r.load_no in (select load_no from touched_load) and r.ended_precision_ms < 60000
    and r.ended_day in (select ended_day from touched_minute_play) and c.told_as = 'export'
),
numbered as (
  select listener_key, ended_day, identity, played_ms, names_key, minute_no, row_number() over (
    partition by listener_key, minute_no, played_ms, names_key order by identity) as place
  from touched_minute_play
),
exact_numbered as (
  select listener_key, identity, played_ms, names_key, minute_no, row_number() over (
    partition by listener_key, minute_no, played_ms, names_key order by identity) as place
  from exact
),
named as (
  select n.listener_key, n.ended_day, n.identity, n.played_ms, n.minute_no, e.identity as exact_id,
    case when o.identity is null then 0 else 1 end as has_others
  from numbered n
  left join exact_numbered e on e.listener_key = n.listener_key and e.minute_no = n.minute_no
    and e.played_ms = n.played_ms and e.names_key = n.names_key and e.place = n.place
  left join exact_numbered o on o.listener_key = n.listener_key and o.minute_no = n.minute_no
    and o.played_ms = n.played_ms and o.names_key = n.names_key and o.place = 1
),
left_over as (
  select n.listener_key, n.ended_day, n.identity, n.played_ms, n.minute_no, n.has_others, row_number() over (
      partition by n.listener_key, n.minute_no, n.played_ms order by n.identity) as place,
    case when (b.ended_day is not null or d.first_ms < (n.minute_no + 1) * 60000)
      and (a.ended_day is not null or d.last_ms >= n.minute_no * 60000) then 1 else 0 end as is_covered
  from named n
  left join silver_export_day b on b.listener_key = n.listener_key and b.ended_day = n.ended_day - 1
  left join silver_export_day d on d.listener_key = n.listener_key and d.ended_day = n.ended_day
  left join silver_export_day a on a.listener_key = n.listener_key and a.ended_day = n.ended_day + 1
  where n.exact_id is null
),
exact_left_over as (
  select e.listener_key, e.identity, e.played_ms, e.minute_no, row_number() over (
    partition by e.listener_key, e.minute_no, e.played_ms order by e.identity) as place
  from (select distinct listener_key, identity, played_ms, minute_no from exact) e
  left join (select distinct exact_id from named) n on n.exact_id = e.identity
  where n.exact_id is null
)
select listener_key, ended_day, identity, exact_id as play_id
from named where exact_id is not null
union all
select l.listener_key, l.ended_day, l.identity, e.identity as play_id
from left_over l
left join exact_left_over e on l.is_covered = 1 and e.listener_key = l.listener_key and e.minute_no = l.minute_no
  and e.played_ms = l.played_ms and e.place = l.place
where l.is_covered = 1 or l.has_others = 1
