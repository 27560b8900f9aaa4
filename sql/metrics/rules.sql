-- name:     metrics/rules
-- question: How many plays are there under each rule of counting?
-- columns:  rule | text |  | any; 30s; half (of it, or four minutes); end (played to it); wrapped (as Spotify's Wrapped counts)
--           plays | integer | plays | plays that count
--           ms | integer | ms | milliseconds heard in them
--           difference | integer | plays | plays more than under the rule 30s
-- order:    any, 30s, half, end, wrapped
with judged as (
  select s.played_ms, case when s.played_ms >= 30000 then 1 else 0 end as is_30s,
    case when coalesce(l.length_ms > 30000 and (s.played_ms * 2 >= l.length_ms or s.played_ms >= 240000), s.played_ms >= 30000)
      then 1 else 0 end as is_half,
    case when coalesce(c.reason_end = 'trackdone', s.played_ms + 2000 >= l.length_ms, false) then 1 else 0 end as is_end,
    case when s.played_ms >= 30000 and not coalesce(c.private, false) and month(f_date(s.local_day)) * 100 + day(f_date(s.local_day))
      <= case when year(f_date(s.local_day)) < 2023 then 1031 else 1115 end then 1 else 0 end as is_wrapped
  from selection_all s
  join silver_context c on c.context_key = s.context_key
  left join silver_track_length l on l.track_key = s.own_track_key
),
total as (
  select count(*) as plays_any, sum(is_30s) as plays_30s, sum(is_half) as plays_half, sum(is_end) as plays_end,
    sum(is_wrapped) as plays_wrapped, sum(played_ms) as ms_any, sum(played_ms * is_30s) as ms_30s,
    sum(played_ms * is_half) as ms_half, sum(played_ms * is_end) as ms_end, sum(played_ms * is_wrapped) as ms_wrapped
  from judged
),
long as (
  select 1 as place, 'any' as rule, plays_any as plays, ms_any as ms, plays_30s from total
  union all select 2, '30s', plays_30s, ms_30s, plays_30s from total
  union all select 3, 'half', plays_half, ms_half, plays_30s from total
  union all select 4, 'end', plays_end, ms_end, plays_30s from total
  union all select 5, 'wrapped', plays_wrapped, ms_wrapped, plays_30s from total
)
select rule, cast(coalesce(plays, 0) as bigint) as plays, cast(coalesce(ms, 0) as bigint) as ms,
  cast(coalesce(plays, 0) - coalesce(plays_30s, 0) as bigint) as difference
from long order by place
