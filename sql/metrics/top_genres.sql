-- name:     metrics/top_genres
-- question: Which genres were played most?
-- columns:  rank | integer |  | place
--           genre | text |  | genre, as the catalogues name it
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
--           artists | integer | artists | different artists
-- params:   limit
-- order:    plays, then genre; a track with several genres counts for each
with by_track as (
  select own_track_key, artist_key, count(*) as plays, sum(played_ms) as ms
  from selection group by own_track_key, artist_key
),
by_artist as (
  select g.genre, b.artist_key, sum(b.plays) as plays, sum(b.ms) as ms
  from by_track b join silver_track_genre g on g.track_key = b.own_track_key group by g.genre, b.artist_key
),
counted as (
  select genre, cast(sum(plays) as bigint) as plays, cast(sum(ms) as bigint) as ms, count(*) as artists
  from by_artist group by genre
),
ranked as (
  select row_number() over (order by plays desc, genre) as place, genre, plays, ms, artists from counted
)
select place as rank, genre, plays, ms, artists from ranked where place <= p_limit() order by place
