-- name:     silver/silver_context
-- grain:    one row per listener, source and circumstances of plays
-- inputs:   raw_play, raw_play_context
-- build:    keys context_key
-- columns:  context_key   bigint
--           listener_key  bigint, key of the listener's name (f_id)
--           listener, source, platform, country, reason_start, reason_end  text
--           shuffle, skipped, offline, private  boolean, null where the source does not tell
--           was_skipped   boolean, never null
--           told_as       text, by what its source is: export, live (player, recent), or service: another service's history
--           source_flag   integer, the source as a bit of silver_play.told_by
-- checks:   unique(context_key)
-- rule:     A play counts as skipped when the source says so, or when the forward button ended it: for years (2015 to
--           2022) Spotify left the flag empty, so the reason is the better witness.
select context_key, f_id(listener) as listener_key, listener, source, platform, country, reason_start, reason_end,
  shuffle, skipped, offline, private,
  coalesce(skipped, false) or coalesce(reason_end, '') in ('fwdbtn', 'nextbtn') as was_skipped,
  case source when 'extended' then 1 when 'csv' then 2 when 'account' then 4 when 'player' then 8 when 'recent' then 16
    when 'listenbrainz' then 64 when 'lastfm' then 64 when 'maloja' then 64 when 'koito' then 64 else 32 end as source_flag,
  f_told_as(source) as told_as
from raw_play_context
where context_key in (select context_key from raw_play where load_no = p_load_no())
