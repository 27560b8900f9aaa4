-- name:     metrics/sources
-- question: Which sources tell of the plays?
-- columns:  source | text |  | extended, csv, account, player (what looking at it measured), recent (Spotify's list), or another service's history: listenbrainz, lastfm, maloja, koito
--           plays | integer | plays | plays whose fields are this source's, of any length
--           merged | integer | events | further events of this source that tell of a play already known
--           first_play | instant | UTC | end of its first play
--           last_play | instant | UTC | end of its last play
-- order:    plays, source; conditions do not apply
with surviving as (
  select c.source, count(*) as plays, min(p.ended_at_ms) as first_play, max(p.ended_at_ms) as last_play
  from silver_play p join silver_context c on c.context_key = p.context_key
  where c.listener = p_listener() group by c.source
),
told as (
  select c.source, count(*) as events, min(r.ended_at_ms) as first_play, max(r.ended_at_ms) as last_play
  from raw_play r join silver_context c on c.context_key = r.context_key
  where c.listener = p_listener() group by c.source
)
select t.source, coalesce(s.plays, 0) as plays, t.events - coalesce(s.plays, 0) as merged,
  coalesce(s.first_play, t.first_play) as first_play, coalesce(s.last_play, t.last_play) as last_play
from told t left join surviving s on s.source = t.source order by 2 desc, t.source
