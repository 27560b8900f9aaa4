-- name:     metrics/repeats
-- question: Which tracks were played over and over on one day?
-- columns:  track_id | text |  | Spotify's id
--           track | text |  | title
--           artist | text |  | artist
--           date | date |  | local day
--           plays | integer | plays | streams: plays of at least min-ms
-- params:   limit, by
-- order:    plays, then track_id and date; only days with two plays or more
with counted as (
  select track_key, local_day, count(*) as plays from selection group by track_key, local_day having count(*) > 1
),
top as (
  select track_key, local_day, plays, rank() over (order by plays desc) as place from counted
),
ranked as (
  select t.track_id, t.title, t.artist, c.local_day, c.plays, row_number() over (order by c.plays desc,
    t.track_id nulls last, t.title nulls last, t.artist nulls last, c.local_day) as place
  from top c join track t on t.track_key = c.track_key where c.place <= p_limit()
)
select track_id, title as track, artist, local_day as date, plays from ranked where place <= p_limit() order by place
