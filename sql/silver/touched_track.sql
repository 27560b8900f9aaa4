-- name:     silver/touched_track
-- grain:    one row per track whose features or attributes the current load may change
-- inputs:   touched_item, touched_listed, raw_audio_features, raw_play_item, raw_playlist_track, silver_track_name
-- build:    temp
-- columns:  track_key, name_key
-- rule:     A load that brings a catalogue touches every track, since any may now be found. One that brings answers about single
--           tracks touches these and those of the same ISRC; other loads those that were played or listed.
with answer as (
  select track_key, isrc from raw_audio_features where load_no = p_load_no() and source <> 'catalogue'
),
touched as (
  select track_key from touched_item
  union all
  select track_key from touched_listed
  union all
  select track_key from answer where track_key is not null
  union all
  select track_key from raw_play_item where isrc in (select isrc from answer)
  union all
  select track_key from raw_playlist_track where isrc in (select isrc from answer)
  union all
  select track_key from raw_audio_features where isrc in (select isrc from answer)
)
select n.track_key, n.name_key
from silver_track_name n
where n.kind = 'track' and (n.track_key in (select track_key from touched where track_key is not null)
  or exists (select 1 from raw_audio_features f where f.load_no = p_load_no() and f.source = 'catalogue'))
