-- name:     silver/silver_track_genre
-- grain:    one row per played or listed track and genre
-- inputs:   touched_track, raw_catalogue_genre
-- build:    keys track_key
-- columns:  genre  text, lower case
-- rule:     genres of rows with the same track id; only where there are none, of rows with the same names
with by_id as (
  select distinct t.track_key, g.genre
  from touched_track t
  join raw_catalogue_genre g on g.track_key = t.track_key
),
by_names as (
  select distinct t.track_key, g.genre
  from touched_track t
  join raw_catalogue_genre g on g.name_key = t.name_key
  where not exists (select 1 from by_id i where i.track_key = t.track_key)
)
select track_key, genre from by_id
union all
select track_key, genre from by_names
