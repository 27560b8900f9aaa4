-- name:     metrics/top_tracks
-- question: Which tracks were played most?
-- columns:  rank | integer |  | place
--           track_id | text |  | Spotify's id, null where no source knows it
--           track | text |  | title
--           artist | text |  | artist
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
--           first_play | instant | UTC | end of its first stream
--           last_play | instant | UTC | end of its last stream
-- params:   limit, by
-- order:    plays, then track_id
with counted as (
  select track_key, count(*) as plays, cast(sum(played_ms) as bigint) as ms, min(ended_at_ms) as first_play,
    max(ended_at_ms) as last_play
  from selection group by track_key
),
top as (
  select track_key, plays, ms, first_play, last_play, rank() over (order by plays desc) as place from counted
),
ranked as (
  select row_number() over (order by c.plays desc, t.track_id nulls last, t.title nulls last, t.artist nulls last,
    c.track_key) as place, t.track_id, t.title, t.artist, c.plays, c.ms, c.first_play, c.last_play
  from top c join track t on t.track_key = c.track_key where c.place <= p_limit()
)
select place as rank, track_id, title as track, artist, plays, ms, first_play, last_play
from ranked where place <= p_limit() order by place
