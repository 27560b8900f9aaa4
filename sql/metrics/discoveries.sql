-- name:     metrics/discoveries
-- question: How much of it was new?
-- columns:  period | date |  | the period's first local day
--           new_tracks | integer | tracks | tracks whose first ever stream lies in the period
--           new_artists | integer | artists | artists whose first ever stream lies in the period
--           plays_of_new | integer | plays | streams of those tracks in the period
--           plays | integer | plays | streams: plays of at least min-ms
-- params:   grain, by
-- order:    period; new is what the listener never streamed before in the whole history
with first_track as (select track_key, min(ended_at_ms) as first_ms from history group by track_key),
first_artist as (select artist_key, min(ended_at_ms) as first_ms from history group by artist_key),
played as (
  select f_period(local_day) as period, track_key, artist_key, count(*) as plays, min(ended_at_ms) as first_ms
  from selection group by f_period(local_day), track_key, artist_key
),
by_track as (
  select p.period, p.track_key, sum(p.plays) as plays, max(case when p.first_ms = f.first_ms then 1 else 0 end) as is_new
  from played p join first_track f on f.track_key = p.track_key group by p.period, p.track_key
),
by_artist as (
  select p.period, p.artist_key, max(case when p.first_ms = f.first_ms then 1 else 0 end) as is_new
  from played p join first_artist f on f.artist_key = p.artist_key group by p.period, p.artist_key
),
artists as (select period, sum(is_new) as new_artists from by_artist group by period)
select t.period, cast(sum(t.is_new) as bigint) as new_tracks, cast(max(a.new_artists) as bigint) as new_artists,
  cast(sum(case when t.is_new = 1 then t.plays else 0 end) as bigint) as plays_of_new,
  cast(sum(t.plays) as bigint) as plays
from by_track t join artists a on a.period = t.period
group by t.period order by t.period
