-- name:     silver/touched_service_play
-- grain:    one row per play that other services tell, on a touched day or near one
-- inputs:   touched_service_same
-- build:    temp
-- needs:    touched_service_same
-- columns:  identity, details  bigint, the statement whose fields these are
--           began_at_ms   bigint, the start as told; where the stamp is Spotify's own, the stamp less the length
--           ended_at_ms   bigint, END of the play
--           played_ms     bigint, heard as told; else the track's length; else 30000, the least that a stream has
--           is_estimated  boolean, false where the service tells what was heard
--           slack_ms      bigint, how far the start may be off
--           witnesses     integer, how many statements tell of it
-- rule:     the chosen statements (touched_service_same); of two services that state one identity, the first
-- source:   docs/decisions/20261128_other_histories.md
with once as (
  select listener_key, identity, details, item_key, context_key, track_key, lead_key, isrc, began_at_ms, played_ms, is_heard,
    is_end, slack_ms, witnesses, row_number() over (partition by identity order by source) as choice
  from touched_service_same
  where is_chosen
)
select listener_key, identity, details, item_key, context_key, track_key, lead_key, isrc, began_at_ms,
  began_at_ms + played_ms as ended_at_ms, played_ms, not is_heard as is_estimated, is_end, slack_ms,
  cast(witnesses as integer) as witnesses
from once where choice = 1
