-- name:     metrics/top_artists
-- question: Which artists were played most?
-- columns:  rank | integer |  | place
--           artist | text |  | artist
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
--           tracks | integer | tracks | different tracks
-- params:   limit
-- order:    plays, then artist
with by_track as (
  select artist_key, track_key, count(*) as plays, sum(played_ms) as ms from selection group by artist_key, track_key
),
counted as (
  select artist_key, cast(sum(plays) as bigint) as plays, cast(sum(ms) as bigint) as ms, count(*) as tracks
  from by_track group by artist_key
),
ranked as (
  select row_number() over (order by c.plays desc, a.artist) as place, a.artist, c.plays, c.ms, c.tracks
  from counted c join silver_artist a on a.artist_key = c.artist_key
)
select place as rank, artist, plays, ms, tracks from ranked where place <= p_limit() order by place
