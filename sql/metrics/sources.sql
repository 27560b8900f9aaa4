-- name:     metrics/sources
-- question: Which sources tell of the plays?
-- columns:  source | text |  | extended, csv or account
--           plays | integer | plays | plays whose fields are this source's, of any length
--           merged | integer | events | further events of this source that tell of a play already known
--           first_play | instant | UTC | end of its first play
--           last_play | instant | UTC | end of its last play
-- order:    plays, source; conditions do not apply
with surviving as (
  select source, count(*) as plays, min(ended_at_ms) as first_play, max(ended_at_ms) as last_play
  from silver_play where listener = p_listener() group by source
),
told as (
  select source, count(*) as events, min(ended_at_ms) as first_play, max(ended_at_ms) as last_play
  from raw_play where listener = p_listener() group by source
)
select t.source, coalesce(s.plays, 0) as plays, t.events - coalesce(s.plays, 0) as merged,
  coalesce(s.first_play, t.first_play) as first_play, coalesce(s.last_play, t.last_play) as last_play
from told t left join surviving s on s.source = t.source order by 2 desc, t.source
