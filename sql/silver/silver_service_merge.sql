-- name:     silver/silver_service_merge
-- grain:    one row per play event of another service that tells of a play which another statement identifies
-- inputs:   raw_play, silver_context, touched_service_same, touched_service_play, touched_service_told, touched_day, touched_load
-- build:    days
-- needs:    touched_service_same
-- columns:  listener_key, ended_day  the listener, and the UTC day of the event's own end
--           identity, details  bigint, the event (raw_play)
--           play_id  bigint, the play it tells of (silver_play)
--           how      text, one of those below
-- checks:   unique(identity, details)
-- rule:     service: an export or Spotify's Web API tells the play too. again: another service's statement tells it better, or
--           the same one under other circumstances.
-- source:   docs/decisions/20261128_other_histories.md
select s.listener_key, r.ended_day, r.identity, r.details, coalesce(d.play_id, s.chosen_id) as play_id,
  case when d.play_id is null then 'again' else 'service' end as how
from touched_service_same s
join raw_play r on r.identity = s.identity
join silver_context c on c.context_key = r.context_key and c.source = s.source
join touched_service_play p on p.identity = s.chosen_id
left join touched_service_told d on d.identity = s.chosen_id
where r.load_no in (select load_no from touched_load) and (d.play_id is not null or r.identity <> s.chosen_id or r.details <> p.details) and exists (
  select 1 from touched_day t where t.listener_key = s.listener_key and t.ended_day = r.ended_day)
