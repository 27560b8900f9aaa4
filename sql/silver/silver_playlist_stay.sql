-- name:     silver/silver_playlist_stay
-- grain:    one row per playlist, entry and stay of that entry
-- inputs:   raw_playlist, raw_playlist_track
-- build:    replace
-- columns:  listener, source, playlist_id  text
--           playlist_no           bigint, key of the playlist
--           kind                  text, track or episode
--           track_key             bigint, of an episode likewise
--           added_at_ms           bigint, as stated; null where it is not told
--           nth                   bigint, of entries that agree in track and added_at_ms
--           valid_from_ms         bigint, since 1970-01-01 UTC
--           valid_precision_ms    bigint, it may have begun that much earlier; null: before anything was read
--           valid_to_ms           bigint, the first statement without it; null while it is there
-- checks:   unique(playlist_no, track_key, added_at_ms, nth, valid_from_ms)
-- rule:     Each statement says all that the list held at its instant; one that could not read the items says nothing. A stay
--           begins when the entry was added, where that is told, not later than the first statement with it and after the last
--           one without it; else with that first statement. The same track twice is two entries. An ended list holds nothing.
with statement as (
  select listener, source, playlist_id, identity, details, stated_at_ms,
    row_number() over (partition by identity order by stated_at_ms, details desc) as statement_no
  from raw_playlist
  where held <> 'barred'
),
entry as (
  select s.identity, s.statement_no, t.kind, t.track_key, t.added_at_ms, t.added_precision_ms,
    row_number() over (partition by s.identity, s.statement_no, t.track_key, t.added_at_ms order by t.place) as nth
  from statement s
  join raw_playlist_track t on t.identity = s.identity and t.details = s.details
),
numbered as (
  select identity, statement_no, kind, track_key, added_at_ms, added_precision_ms, nth,
    statement_no - row_number() over (partition by identity, track_key, added_at_ms, nth order by statement_no) as run_no
  from entry
),
stay as (
  select identity, min(kind) as kind, track_key, added_at_ms, nth, min(statement_no) as first_no, max(statement_no) as last_no,
    max(added_precision_ms) as added_precision_ms
  from numbered
  group by identity, track_key, added_at_ms, nth, run_no
),
bounded as (
  select f.listener, f.source, f.playlist_id, y.identity, y.kind, y.track_key, y.added_at_ms, y.nth, y.added_precision_ms,
    f.stated_at_ms as seen_at_ms, b.stated_at_ms as unseen_at_ms, a.stated_at_ms as valid_to_ms,
    y.added_at_ms is not null and y.added_at_ms <= f.stated_at_ms
      and (b.stated_at_ms is null or y.added_at_ms > b.stated_at_ms) as is_told
  from stay y
  join statement f on f.identity = y.identity and f.statement_no = y.first_no
  left join statement b on b.identity = y.identity and b.statement_no = y.first_no - 1
  left join statement a on a.identity = y.identity and a.statement_no = y.last_no + 1
)
select listener, source, playlist_id, identity as playlist_no, kind, track_key, added_at_ms, nth,
  case when is_told then added_at_ms else seen_at_ms end as valid_from_ms,
  case when is_told then added_precision_ms else seen_at_ms - unseen_at_ms end as valid_precision_ms,
  valid_to_ms
from bounded
