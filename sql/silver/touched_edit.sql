-- name:     silver/touched_edit
-- grain:    one row per correction that the current load states or undoes
-- inputs:   raw_edit
-- build:    temp
-- columns:  from_day, to_day  integer, UTC days on which plays may leave or come back, with those beside them
with stated as (
  select identity from raw_edit where load_no = p_load_no()
  union
  select undoes as identity from raw_edit where load_no = p_load_no() and kind = 'undo'
)
select e.identity, f_id(e.listener) as listener_key, e.kind, e.artist,
  cast(f_idiv(greatest(coalesce(e.from_ms, e.at_ms, 0), 0), 86400000) - 1 as integer) as from_day,
  cast(f_idiv(least(coalesce(e.to_ms, e.at_ms, 100000000000000), 100000000000000), 86400000) + 1 as integer) as to_day
from raw_edit e
where e.identity in (select identity from stated)
