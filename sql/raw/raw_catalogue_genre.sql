-- name:     raw/raw_catalogue_genre
-- grain:    one row per genre that a catalogue gives a track
-- inputs:   lake_catalogue_genre
-- build:    append
-- columns:  track_key  bigint, key of the track id, null where the catalogue has none
--           name_key   bigint, key of normalised title and first artist, null where one is missing
--           genre      text, lower case
select distinct case when track_id is null then null else f_track_key(track_id, title, artist) end as track_key,
  f_name_key(title, artist) as name_key, f_lower(genre) as genre
from lake_catalogue_genre
where genre is not null and genre <> ''
