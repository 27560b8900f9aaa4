-- name:     silver/touched_isrc
-- grain:    one row per touched track whose ISRC is known
-- inputs:   touched_track, raw_audio_features, raw_play_item, raw_playlist_track
-- build:    temp
-- columns:  track_key, isrc
-- rule:     what catalogues and Spotify tell of the id; the smallest, where they differ
with told as (
  select f.track_key, f.isrc from raw_audio_features f where f.isrc is not null and f.source <> 'reccobeats'
  union all
  select i.track_key, i.isrc from raw_play_item i where i.isrc is not null
  union all
  select p.track_key, p.isrc from raw_playlist_track p where p.isrc is not null
)
select t.track_key, min(o.isrc) as isrc
from touched_track t
join told o on o.track_key = t.track_key
group by t.track_key
