-- name:     metrics/feature_sources
-- question: Where do the audio features come from?
-- columns:  provenance | text |  | how they were found: spotify, catalogue id, isrc, catalogue names, reccobeats, none
--           tracks | integer | tracks | different tracks
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
-- order:    plays, provenance
with played as (
  select own_track_key, count(*) as plays, cast(sum(played_ms) as bigint) as ms from selection group by own_track_key
)
select coalesce(f.provenance, 'none') as provenance, count(*) as tracks, cast(sum(p.plays) as bigint) as plays,
  cast(sum(p.ms) as bigint) as ms
from played p left join silver_track_feature f on f.track_key = p.own_track_key
group by coalesce(f.provenance, 'none') order by 3 desc, 1
