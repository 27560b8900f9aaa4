-- name:     silver/silver_merge
-- grain:    one row per play event that tells of a play which another statement identifies, or of none
-- inputs:   raw_play, silver_context, silver_merge_account, silver_live_play, touched_live_play, touched_live_match, touched_live_candidate, touched_live_told, touched_day, touched_load
-- build:    days
-- columns:  listener_key, ended_day  the listener, and the day of the play that the event told of by itself
--           identity, details  bigint, the event (raw_play)
--           play_id  bigint, the play it tells of (silver_play); null where a richer source knows none
--           how      text, one of those below
--           source_flag  integer, as in silver_play.told_by
-- checks:   unique(identity, details)
-- rule:     minute: agrees in minute, length and track. unconfirmed: nothing agrees with it in a span that the extended export
--           covers. seen: what looking at the player showed, settled by an export. listed: an entry of the list of recent
--           plays, its play told better by the player or an export. again: the same statement under other circumstances.
-- source:   docs/reconciliation.md
with live as (
  select l.listener_key, l.ended_day, l.play_id, l.event_id, c.source, t.export_id
  from silver_live_play l
  join silver_context c on c.context_key = l.context_key
  left join touched_live_told t on t.play_id = l.play_id
  where l.load_no = p_load_no()
),
alone as (
  select s.listener_key, s.identity, s.details, s.track_key, s.ended_at_ms, s.shown_at_ms
  from touched_live_play s
  left join touched_live_match m on m.recent_id = s.identity
  left join silver_live_play l on l.play_id = s.identity and l.event_id = s.details
  where s.source = 'recent' and m.recent_id is null and l.play_id is null
),
taker as (
  select a.identity, min(p.identity) as play_id
  from alone a
  join touched_live_play p on p.source = 'player' and p.listener_key = a.listener_key and p.track_key = a.track_key
    and p.began_at_ms + 15000 < a.ended_at_ms and p.last_seen_ms - 15000 > a.ended_at_ms
    and (a.shown_at_ms = 0 or p.last_seen_ms <= a.shown_at_ms + 5000)
  left join touched_live_match m on m.player_id = p.identity
  where m.player_id is null
  group by a.identity
),
passer as (
  select a.identity, min(u.player_id) as play_id
  from alone a
  join touched_live_candidate c on c.recent_id = a.identity
  join touched_live_match t on t.player_id = c.player_id
  join touched_live_candidate u on u.recent_id = t.recent_id
  left join touched_live_match m on m.player_id = u.player_id
  where m.player_id is null
  group by a.identity
),
stated as (
  select 'player' as source, s.identity, s.identity as live_id
  from touched_live_play s where s.source = 'player'
  union all
  select 'recent' as source, s.identity, coalesce(m.player_id, t.play_id, p.play_id, s.identity) as live_id
  from touched_live_play s
  left join touched_live_match m on m.recent_id = s.identity
  left join taker t on t.identity = s.identity
  left join passer p on p.identity = s.identity
  where s.source = 'recent'
),
live_event as (
  select l.listener_key, l.ended_day, r.identity, r.details, coalesce(l.export_id, l.play_id) as play_id,
    case when s.source = 'recent' and (l.source = 'player' or l.export_id is not null) then 'listed'
      when l.export_id is not null then 'seen' else 'again' end as how,
    c.source_flag
  from stated s
  join live l on l.play_id = s.live_id
  join raw_play r on r.identity = s.identity
  join silver_context c on c.context_key = r.context_key and c.source = s.source
  where r.load_no in (select load_no from touched_load)
    and (l.export_id is not null or r.identity <> l.play_id or r.details <> l.event_id)
),
minute_event as (
  select a.listener_key, a.ended_day, r.identity, r.details, a.play_id,
    case when a.play_id is null then 'unconfirmed' else 'minute' end as how,
    c.source_flag
  from silver_merge_account a
  join raw_play r on r.identity = a.identity and r.ended_day = a.ended_day
  join silver_context c on c.context_key = r.context_key
  where r.load_no in (select load_no from touched_load) and c.told_as = 'export' and exists (
    select 1 from touched_day t where t.listener_key = a.listener_key and t.ended_day = a.ended_day)
)
select listener_key, ended_day, identity, details, play_id, how, source_flag from live_event
union all
select listener_key, ended_day, identity, details, play_id, how, source_flag from minute_event
