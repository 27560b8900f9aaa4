-- name:     raw/raw_source_file
-- grain:    one row per statement of what became of an imported file (one a file, more where it told much again)
-- inputs:   lake_source_file
-- build:    append
-- columns:  identity, details  bigint, halves of the event id
--           listener        text, empty of a catalogue that was imported for nobody
--           file_key        bigint, names the file in raw_play
--           file, kind      text, its name without folders, and what it was read as
--           imported_at_ms  bigint, milliseconds since 1970-01-01 UTC
--           part            bigint, 0 of the statement that tells the counts
--           rows_read, accepted, retold, duplicate, rejected  bigint, records; read = accepted + retold + duplicate + rejected
-- checks:   unique(identity, details)
select f_hex60(substr(id, 1, 15)) as identity, f_hex60(substr(id, 16, 15)) as details, p_load_no() as load_no,
  subject as listener, data.file_key as file_key, data.file as file, data.kind as kind,
  data.imported_at_ms as imported_at_ms, data.part as part, data."read" as rows_read, data.accepted as accepted,
  data.retold as retold, data.duplicate as duplicate, data.rejected as rejected
from lake_source_file
