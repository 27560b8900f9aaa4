-- name:     metrics/top_albums
-- question: Which albums were played most?
-- columns:  rank | integer |  | place
--           album | text |  | album
--           artist | text |  | album artist
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
--           tracks | integer | tracks | different tracks
-- params:   limit
-- order:    plays, then album and artist
with by_track as (
  select album_key, track_key, count(*) as plays, sum(played_ms) as ms from selection group by album_key, track_key
),
counted as (
  select album_key, cast(sum(plays) as bigint) as plays, cast(sum(ms) as bigint) as ms, count(*) as tracks
  from by_track group by album_key
),
ranked as (
  select row_number() over (order by c.plays desc, a.album, a.artist) as place, a.album, a.artist, c.plays, c.ms,
    c.tracks
  from counted c join silver_album a on a.album_key = c.album_key
)
select place as rank, album, artist, plays, ms, tracks from ranked where place <= p_limit() order by place
