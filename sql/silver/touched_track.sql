-- name:     silver/touched_track
-- grain:    one row per track whose features or attributes the current load may change
-- inputs:   touched_item, touched_listed, raw_audio_features, silver_track_name
-- build:    temp
-- columns:  track_key, name_key
-- rule:     a load that brings a catalogue touches every track, since any may now be found; other loads those
--           that were played or listed
select n.track_key, n.name_key
from silver_track_name n
where n.kind = 'track' and (exists (select 1 from raw_audio_features f where f.load_no = p_load_no())
  or n.track_key in (select track_key from touched_item)
  or n.track_key in (select track_key from touched_listed))
