-- name:     raw/raw_item_told
-- grain:    one row per load and spelling of a thing played that it told of
-- inputs:   lake_play, lake_play_context
-- build:    append
-- columns:  load_no, item_key  bigint (raw_play)
--           spelled_at  bigint, rank of the load's best statement: later plays and richer sources win
-- checks:   unique(load_no, item_key)
-- rule:     A maximum for each load, so that what all loads come to needs no look at every play.
select p_load_no() as load_no, r.item_key,
  max(r.ended_at_ms * 4 + case c.source when 'extended' then 3 when 'csv' then 2 else 1 end) as spelled_at
from lake_play r
join lake_play_context c on c.context_key = r.context_key
group by r.item_key
