-- name:     silver/touched_live_told
-- grain:    one row per live play on a touched day that an export tells too
-- inputs:   silver_live_play, raw_play_item, silver_context, touched_export_play, touched_live_near, touched_live_match, touched_day
-- build:    temp
-- needs:    silver_live_play
-- columns:  listener_key, ended_day, play_id  bigint (silver_live_play)
--           export_id  bigint, the identity of the export's play
-- rule:     First those that end together (touched_live_near). Of a track on repeat whose stamps are all late each takes its
--           neighbour's play; what is then left on both sides of such a chain is paired in order. A chain are plays of one
--           track whose times touch, where an export's play may have begun as early as the one before it ended: so a stamp
--           that is the start of a play which paused is of its chain. Last, an export's play may have both been seen at the
--           player and be an entry of the list: an entry that is left over belongs to a play of its chain that was only seen.
-- source:   docs/reconciliation.md
with near as (
  select distinct t.listener_key, t.ended_day + n.step as ended_day
  from touched_day t
  cross join (select -2 as step union all select -1 as step union all select 0 as step union all select 1 as step
    union all select 2 as step) n
),
live as (
  select l.listener_key, l.play_id, l.ended_at_ms, l.ended_precision_ms, l.ended_day, i.names_key, c.source
  from silver_live_play l
  join near n on n.listener_key = l.listener_key and n.ended_day = l.ended_day
  join raw_play_item i on i.item_key = l.item_key
  join silver_context c on c.context_key = l.context_key
),
export as (
  select listener_key, identity, names_key, min(ended_at_ms) as ended_at_ms, max(ended_precision_ms) as ended_precision_ms,
    min(from_ms) as from_ms
  from touched_export_play group by listener_key, identity, names_key
),
told as (
  select listener_key, names_key, ended_at_ms, ended_at_ms - ended_precision_ms - 90000 as from_ms,
    ended_at_ms + ended_precision_ms + 90000 as to_ms, play_id as id, 1 as is_live
  from live
  union all
  select listener_key, names_key, ended_at_ms, least(from_ms - 15000, ended_at_ms - ended_precision_ms - 90000) as from_ms,
    ended_at_ms + ended_precision_ms + 90000 as to_ms, identity as id, 0 as is_live
  from export
),
stepped as (
  select listener_key, names_key, ended_at_ms, from_ms, id, is_live, case when from_ms <= max(to_ms) over (
    partition by listener_key, names_key order by from_ms, is_live, id
    rows between unbounded preceding and 1 preceding) then 0 else 1 end as is_first
  from told
),
chained as (
  select listener_key, names_key, ended_at_ms, id, is_live, sum(is_first) over (
    partition by listener_key, names_key order by from_ms, is_live, id
    rows between unbounded preceding and current row) as chain_no
  from stepped
),
left_over as (
  select c.listener_key, c.names_key, c.chain_no, c.id, c.is_live, row_number() over (
    partition by c.listener_key, c.names_key, c.chain_no, c.is_live order by c.ended_at_ms, c.id) as place
  from chained c
  left join touched_live_near l on l.play_id = c.id and c.is_live = 1
  left join touched_live_near e on e.export_id = c.id and c.is_live = 0
  where l.play_id is null and e.export_id is null
),
single_pair as (
  select play_id, export_id from touched_live_near
  union all
  select l.id as play_id, e.id as export_id
  from left_over l
  join left_over e on e.listener_key = l.listener_key and e.names_key = l.names_key and e.chain_no = l.chain_no
    and e.place = l.place
  where l.is_live = 1 and e.is_live = 0
),
lone as (
  select c.listener_key, c.names_key, c.chain_no, c.id, row_number() over (
    partition by c.listener_key, c.names_key, c.chain_no order by c.ended_at_ms, c.id) as place
  from chained c
  join live l on l.play_id = c.id and l.source = 'recent'
  left join single_pair p on p.play_id = c.id
  where c.is_live = 1 and p.play_id is null
),
unlisted as (
  select c.listener_key, c.names_key, c.chain_no, c.id, row_number() over (
    partition by c.listener_key, c.names_key, c.chain_no order by c.ended_at_ms, c.id) as place
  from chained c
  join single_pair p on p.export_id = c.id
  join live l on l.play_id = p.play_id and l.source = 'player'
  left join touched_live_match m on m.player_id = p.play_id
  where c.is_live = 0 and m.player_id is null
),
pair as (
  select play_id, export_id from single_pair
  union all
  select l.id as play_id, u.id as export_id
  from lone l
  join unlisted u on u.listener_key = l.listener_key and u.names_key = l.names_key and u.chain_no = l.chain_no
    and u.place = l.place
)
select l.listener_key, l.ended_day, p.play_id, p.export_id
from pair p
join live l on l.play_id = p.play_id
join touched_day t on t.listener_key = l.listener_key and t.ended_day = l.ended_day
