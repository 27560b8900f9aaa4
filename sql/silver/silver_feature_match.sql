-- name:     silver/silver_feature_match
-- grain:    one row per played or listed track that a catalogue or a service knows
-- inputs:   touched_track, touched_isrc, raw_audio_features, silver_track_length
-- build:    keys track_key
-- columns:  identity, details  bigint, the row that was chosen
--           provenance         text, spotify, catalogue id, isrc, catalogue names or reccobeats
-- checks:   unique(track_key)
-- rule:     Spotify's own answer about the id beats a catalogue's row with the id, that one with the same ISRC, that one with the same
--           normalised title and first artist, that ReccoBeats' answer. Where the track's length is known (silver_track_length),
--           a row found by names must lie within 2 s of it; its longest play is no known length. Among several the one that
--           tells most features wins, then the catalogue first in the alphabet, the smallest track id, and the row whose values
--           come first, so that anyone can compute the choice again.
-- source:   docs/decisions/20261123_feature_resolution.md
with by_id as (
  select t.track_key, case f.source when 'spotify' then 1 when 'catalogue' then 2 else 5 end as step, f.features_known,
    f.catalogue, f.identity, f.details
  from touched_track t
  join raw_audio_features f on f.track_key = t.track_key
),
by_isrc as (
  select t.track_key, case f.source when 'catalogue' then 3 else 5 end as step, f.features_known, f.catalogue, f.identity,
    f.details
  from touched_isrc t
  join raw_audio_features f on f.isrc = t.isrc
  where f.source <> 'spotify'
),
by_names as (
  select t.track_key, 4 as step, f.features_known, f.catalogue, f.identity, f.details
  from touched_track t
  join raw_audio_features f on f.name_key = t.name_key
  left join silver_track_length l on l.track_key = t.track_key
  where f.source = 'catalogue'
    and (l.known_ms is null or f.duration_ms is null or abs(l.known_ms - f.duration_ms) <= 2000)
),
candidate as (
  select track_key, step, features_known, catalogue, identity, details from by_id
  union all
  select track_key, step, features_known, catalogue, identity, details from by_isrc
  union all
  select track_key, step, features_known, catalogue, identity, details from by_names
),
ranked as (
  select track_key, step, features_known, catalogue, identity, details,
    rank() over (partition by track_key order by case when features_known = 0 then 1 else 0 end, step,
      features_known desc, catalogue) as place
  from candidate
),
best as (
  select r.track_key, r.step, r.features_known, r.catalogue, r.identity, r.details,
    row_number() over (partition by r.track_key order by f.track_id nulls last, f.danceability_e6 nulls last,
      f.energy_e6 nulls last, f.loudness_e6 nulls last, f.speechiness_e6 nulls last, f.acousticness_e6 nulls last,
      f.instrumentalness_e6 nulls last, f.liveness_e6 nulls last, f.valence_e6 nulls last, f.tempo_e6 nulls last,
      f.key nulls last, f.mode nulls last, f.time_signature nulls last, r.identity, r.details) as choice
  from ranked r
  join raw_audio_features f on f.identity = r.identity and f.details = r.details
  where r.place = 1
)
select track_key, case step when 1 then 'spotify' when 2 then 'catalogue id' when 3 then 'isrc' when 4 then 'catalogue names'
  else 'reccobeats' end as provenance, features_known,
  catalogue, identity, details
from best
where choice = 1
