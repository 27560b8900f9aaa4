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
met_track as (
  select s.track_key, min(s.local_period) as period
  from selection s join first_track f on f.track_key = s.track_key and f.first_ms = s.ended_at_ms group by s.track_key
),
met_artist as (
  select s.artist_key, min(s.local_period) as period
  from selection s join first_artist f on f.artist_key = s.artist_key and f.first_ms = s.ended_at_ms group by s.artist_key
),
new_track as (select period, count(*) as new_tracks from met_track group by period),
new_artist as (select period, count(*) as new_artists from met_artist group by period),
total as (
  select s.local_period as period, count(*) as plays, count(m.track_key) as plays_of_new
  from selection s left join met_track m on m.track_key = s.track_key and m.period = s.local_period
  group by s.local_period
)
select t.period, coalesce(k.new_tracks, 0) as new_tracks, coalesce(a.new_artists, 0) as new_artists,
  t.plays_of_new, t.plays
from total t left join new_track k on k.period = t.period left join new_artist a on a.period = t.period
order by t.period
