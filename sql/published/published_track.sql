-- name:     published/published_track
-- relation: tracks
-- grain:    one row per track that the listener played or has in a playlist
-- inputs:   silver_play, silver_playlist_stay, silver_track, silver_track_feature, silver_track_genre
-- key:      track_key
-- columns:  track_key | integer | key of the id, else of title and artist
--           track_id | text | Spotify's id, null where no source knows it
--           title | text |
--           artist | text |
--           album | text |
--           isrc | text | the recording
--           release_year | integer |
--           genres | texts |
--           features.provenance | text | how they were found: spotify, catalogue id, isrc, catalogue names, reccobeats
--           features.catalogue | text | who told them
--           features.danceability | millionths |
--           features.energy | millionths |
--           features.loudness | millionths | dB
--           features.speechiness | millionths |
--           features.acousticness | millionths |
--           features.instrumentalness | millionths |
--           features.liveness | millionths |
--           features.valence | millionths |
--           features.tempo | millionths | BPM
--           features.key | integer | pitch class
--           features.mode | integer |
--           features.time_signature | integer |
with mine as (
  select track_key from silver_play where listener_key = f_id(p_listener())
  union
  select track_key from silver_playlist_stay where listener = p_listener() and kind = 'track'
),
genre as (
  select track_key, string_agg(genre, chr(31) order by genre) as genres from silver_track_genre
  where track_key in (select track_key from mine) group by track_key
)
select cast(mod(t.track_key, 16) as varchar) as slice_part, t.track_key, t.track_id, t.title, t.artist, t.album, t.isrc,
  cast(t.release_year as bigint) as release_year, g.genres, f.provenance, f.catalogue, f.danceability_e6, f.energy_e6, f.loudness_e6,
  f.speechiness_e6, f.acousticness_e6, f.instrumentalness_e6, f.liveness_e6, f.valence_e6, f.tempo_e6, cast(f.key as bigint) as key,
  cast(f.mode as bigint) as mode, cast(f.time_signature as bigint) as time_signature
from silver_track t
join mine m on m.track_key = t.track_key
left join genre g on g.track_key = t.track_key
left join silver_track_feature f on f.track_key = t.track_key
