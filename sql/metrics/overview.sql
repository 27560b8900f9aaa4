-- name:     metrics/overview
-- question: How much was played?
-- columns:  plays_all | integer | plays | plays of any length
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
--           tracks | integer | tracks | different tracks
--           artists | integer | artists | different artists
--           albums | integer | albums | different albums
--           first_play | instant | UTC | end of the first stream
--           last_play | instant | UTC | end of the last stream
--           active_days | integer | days | local days with a stream
-- order:    a single row
with total as (
  select count(*) as plays, cast(coalesce(sum(played_ms), 0) as bigint) as ms, min(ended_at_ms) as first_play,
    max(ended_at_ms) as last_play, count(distinct local_day) as active_days
  from selection
),
everything as (select count(*) as plays_all from selection_all),
track_count as (select count(*) as tracks from (select track_key from selection group by track_key) t),
artist_count as (select count(*) as artists from (select artist_key from selection group by artist_key) t),
album_count as (select count(*) as albums from (select s.album_key from selection s
  join silver_album a on a.album_key = s.album_key group by s.album_key) t)
select e.plays_all, t.plays, t.ms, tc.tracks, ac.artists, bc.albums, t.first_play, t.last_play, t.active_days
from total t cross join everything e cross join track_count tc cross join artist_count ac cross join album_count bc
