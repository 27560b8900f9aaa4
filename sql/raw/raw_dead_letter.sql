-- name:     raw/raw_dead_letter
-- grain:    one row per record that was refused
-- inputs:   lake_dead_letter
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           position           text, place in the file ("record 17, byte 4711")
--           raw                text, the record as it stood, personal fields removed, cut to 2,000 bytes
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, data.source as source, data.file as file, data."position" as "position",
  data.reason as reason, data.raw as raw
from lake_dead_letter
