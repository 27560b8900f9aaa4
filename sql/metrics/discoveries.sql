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
by_track as (
  select local_period as period, track_key, count(*) as plays, min(ended_at_ms) as first_ms
  from selection group by local_period, track_key
),
by_artist as (
  select local_period as period, artist_key, min(ended_at_ms) as first_ms
  from selection group by local_period, artist_key
),
new_track as (
  select p.period, count(*) as new_tracks, cast(sum(p.plays) as bigint) as plays_of_new
  from by_track p join first_track f on f.track_key = p.track_key and f.first_ms = p.first_ms group by p.period
),
new_artist as (
  select p.period, count(*) as new_artists
  from by_artist p join first_artist f on f.artist_key = p.artist_key and f.first_ms = p.first_ms group by p.period
),
total as (select local_period as period, count(*) as plays from selection group by local_period)
select t.period, coalesce(k.new_tracks, 0) as new_tracks, coalesce(a.new_artists, 0) as new_artists,
  coalesce(k.plays_of_new, 0) as plays_of_new, t.plays
from total t left join new_track k on k.period = t.period left join new_artist a on a.period = t.period
order by t.period
