-- name:     metrics/plays
-- question: What was played last, play by play?
-- columns:  ended | instant | UTC | end of the play
--           track_id | text |  | Spotify's id
--           track | text |  | title
--           artist | text |  | artist
--           ms | integer | ms | milliseconds heard
-- params:   limit, by
-- order:    latest first; of those that end together by track_id, title and artist, then the longer first
with newest as (
  select track_key, ended_at_ms, played_ms, rank() over (order by ended_at_ms desc) as place from selection
),
ranked as (
  select n.ended_at_ms, t.track_id, t.title, t.artist, n.played_ms, row_number() over (order by n.ended_at_ms desc,
    t.track_id nulls last, t.title nulls last, t.artist nulls last, n.played_ms desc) as place
  from newest n join track t on t.track_key = n.track_key where n.place <= p_limit()
)
select ended_at_ms as ended, track_id, title as track, artist, played_ms as ms from ranked
where place <= p_limit() order by place
