-- name:     raw/raw_play
-- grain:    one row per play event
-- inputs:   lake_play
-- build:    append
-- columns:  identity       bigint, first half of the event id: which play is told of, by whom
--           details        bigint, second half: how it is told
--           load_no        bigint, which load brought the event
--           item_key       bigint, what was played (raw_play_item)
--           context_key    bigint, listener, source and circumstances (raw_play_context)
--           ended_at_ms    bigint, END of the play, milliseconds since 1970-01-01 UTC
--           ended_day      integer, its UTC day since 1970-01-01
--           ended_precision_ms  bigint, 60000 where the source knows minutes only
--           played_ms      bigint, milliseconds heard
--           file_key       bigint, the file that told of it first (raw_source_file); 0 of Spotify's Web API
--           row_no         bigint, which of its records, from 1
-- checks:   unique(identity, details)
select identity, details, p_load_no() as load_no, item_key, context_key, ended_at_ms,
  cast(f_idiv(ended_at_ms, 86400000) as integer) as ended_day, ended_precision_ms, played_ms,
  file_key, row_no
from lake_play
