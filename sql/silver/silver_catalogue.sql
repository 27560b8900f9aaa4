-- name:     silver/silver_catalogue
-- grain:    one row per catalogue
-- inputs:   raw_audio_features, silver_feature_conflict
-- build:    replace
-- columns:  tracks     bigint, tracks it tells of (by id, else by names); of a service that was asked, those that it knew
--           conflicts  bigint, track ids on which it and another statement differ
--           added_ms   bigint, day of its first import, milliseconds since 1970-01-01 UTC
with told as (
  select distinct catalogue, coalesce(track_key, name_key) as track_key from raw_audio_features
  where source = 'catalogue' or features_known > 0
),
size as (
  select catalogue, count(*) as tracks from told group by catalogue
),
conflict as (
  select catalogue, count(distinct track_key) as conflicts from silver_feature_conflict group by catalogue
),
arrival as (
  select catalogue, min(arrived_day) as arrived_day from raw_audio_features group by catalogue
)
select s.catalogue, s.tracks, coalesce(c.conflicts, 0) as conflicts,
  cast(a.arrived_day as bigint) * 86400000 as added_ms
from size s
join arrival a on a.catalogue = s.catalogue
left join conflict c on c.catalogue = s.catalogue
