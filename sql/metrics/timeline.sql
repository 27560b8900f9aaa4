-- name:     metrics/timeline
-- question: How much was played when?
-- columns:  period | date |  | the period's first local day
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
--           tracks | integer | tracks | different tracks
--           artists | integer | artists | different artists
-- params:   grain, by
-- order:    period; periods without plays between the first and the last are there, with 0

with total as (
  select local_period as period, count(*) as plays, cast(sum(played_ms) as bigint) as ms
  from selection group by local_period
),
track_count as (
  select period, count(*) as tracks
  from (select local_period as period, track_key from selection group by local_period, track_key) t group by period
),
artist_count as (
  select period, count(*) as artists
  from (select local_period as period, artist_key from selection group by local_period, artist_key) t group by period
),
bounds as (select min(period) as low, max(period) as high from total),
calendar as (
  select distinct f_period(d.i) as period
  from range(12000, 40000) as d(i) cross join bounds b where d.i between b.low and b.high
)
select c.period, coalesce(t.plays, 0) as plays, coalesce(t.ms, 0) as ms, coalesce(k.tracks, 0) as tracks,
  coalesce(a.artists, 0) as artists
from calendar c left join total t on t.period = c.period left join track_count k on k.period = c.period
left join artist_count a on a.period = c.period
order by c.period
