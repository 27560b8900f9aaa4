-- name:     metrics/proposed_edits
-- question: Which plays may not have been the listener's?
-- columns:  reason | text |  | loop (one track through the night), country (elsewhere between two plays at home) or device (met once)
--           from | instant | UTC | beginning of the span
--           to | instant | UTC | its end, exclusive
--           plays | integer | plays | plays of any length in it
--           ms | integer | ms | milliseconds heard
--           what | text |  | the country or the platform; of a loop the track's id
--           track | text |  | title, of a loop
-- order:    latest first, then reason and what
with play as (
  select s.play_id, s.ended_at_ms, s.played_ms, s.own_track_key, s.local_hour, c.country, c.platform
  from selection_all s
  join silver_context c on c.context_key = s.context_key
),
looped as (
  select own_track_key, ended_at_ms, played_ms, local_hour, row_number() over (order by ended_at_ms, play_id)
    - row_number() over (partition by own_track_key order by ended_at_ms, play_id) as run
  from play
),
loop_run as (
  select own_track_key, min(ended_at_ms) as from_ms, max(ended_at_ms) as to_ms, count(*) as plays,
    cast(sum(played_ms) as bigint) as ms
  from looped group by own_track_key, run
  having count(*) >= 10 and sum(played_ms) >= 7200000 and max(case when local_hour between 2 and 4 then 1 else 0 end) = 1
),
placed as (
  select country, ended_at_ms, played_ms, row_number() over (order by ended_at_ms, play_id)
    - row_number() over (partition by country order by ended_at_ms, play_id) as run
  from play
  where country is not null and country <> 'ZZ'
),
stay as (
  select country, min(ended_at_ms) as from_ms, max(ended_at_ms) as to_ms, count(*) as plays,
    cast(sum(played_ms) as bigint) as ms
  from placed group by country, run
),
between_stays as (
  select country, from_ms, to_ms, plays, ms, lag(country) over (order by from_ms, country) as country_before,
    lead(country) over (order by from_ms, country) as country_after, lag(to_ms) over (order by from_ms, country) as left_ms,
    lead(from_ms) over (order by from_ms, country) as back_ms
  from stay
),
seen as (select min(ended_at_ms) as first_ms, max(ended_at_ms) as last_ms from play),
device as (
  select platform, min(ended_at_ms) as from_ms, max(ended_at_ms) as to_ms, count(*) as plays,
    cast(sum(played_ms) as bigint) as ms
  from play where platform is not null group by platform
),
proposed as (
  select 'loop' as reason, r.from_ms, r.to_ms, r.plays, r.ms, t.track_id as what, t.title as track
  from loop_run r join silver_track t on t.track_key = r.own_track_key
  union all
  select 'country' as reason, from_ms, to_ms, plays, ms, country, null from between_stays
  where country_before = country_after and from_ms - left_ms <= 10800000 and back_ms - to_ms <= 10800000
  union all
  select 'device' as reason, d.from_ms, d.to_ms, d.plays, d.ms, d.platform, null
  from device d cross join seen s
  where d.plays >= 5 and d.to_ms - d.from_ms <= 172800000 and d.from_ms - s.first_ms >= 2592000000
    and s.last_ms - d.to_ms >= 2592000000
)
select reason, from_ms as "from", to_ms + 1 as "to", plays, ms, what, track
from proposed
order by from_ms desc, reason, what nulls last
