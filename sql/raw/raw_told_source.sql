-- name:     raw/raw_told_source
-- grain:    one row per load, listener and source that the load told plays of
-- inputs:   lake_play, lake_play_context
-- build:    append
-- columns:  load_no, listener_key  bigint
--           source      text
--           is_inexact  boolean, whether what it told is no export's, or knows minutes only
-- checks:   unique(load_no, listener_key, source)
select p_load_no() as load_no, f_id(c.listener) as listener_key, c.source,
  f_told_as(c.source) <> 'export' or max(r.ended_precision_ms) >= 60000 as is_inexact
from lake_play r
join lake_play_context c on c.context_key = r.context_key
group by c.listener, c.source
