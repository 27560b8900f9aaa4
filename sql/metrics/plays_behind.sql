-- name:     metrics/plays_behind
-- question: Which plays stand behind a figure?
-- columns:  ended | instant | UTC | end of the play
--           track_id | text |  | Spotify's id
--           track | text |  | title
--           artist | text |  | artist
--           ms | integer | ms | milliseconds heard
--           source | text |  | whose fields these are
--           witnesses | integer | statements | how many tell of it, whatever the source
--           mark | text |  | length estimated; not in the export, though it covers that time
--           play | text |  | its id (metric witnesses, condition play)
-- params:   limit, by
-- order:    latest first; of those that end together by play
with newest as (
  select play_id, track_key, context_key, ended_at_ms, played_ms, witnesses, told_by,
    row_number() over (order by ended_at_ms desc, play_id) as place
  from selection
),
shown as (
  select n.play_id, n.track_key, n.ended_at_ms, n.played_ms, n.witnesses, n.told_by, n.place, c.source, c.listener_key,
    f_idiv(n.ended_at_ms, 86400000) as day_no
  from newest n join silver_context c on c.context_key = n.context_key where n.place <= p_limit()
),
told_too as (
  select v.play_id, count(*) as services
  from shown s
  join silver_service_merge v on v.play_id = s.play_id
  where v.how = 'service' group by v.play_id
),
marked as (
  select s.play_id, case when l.is_estimated or v.is_estimated then 'length estimated' else '' end as estimated,
    case when (s.told_by & 103) > 0 or (b.ended_day is null and coalesce(d.first_ms > s.ended_at_ms, true))
      or (a.ended_day is null and coalesce(d.last_ms < s.ended_at_ms, true)) then '' else 'not in the export' end as missing
  from shown s
  left join silver_live_play l on l.play_id = s.play_id and (s.told_by & 39) = 0
  left join silver_service_play v on v.play_id = s.play_id and s.told_by = 64
  left join silver_export_day b on b.listener_key = s.listener_key and b.ended_day = s.day_no - 1
  left join silver_export_day d on d.listener_key = s.listener_key and d.ended_day = s.day_no
  left join silver_export_day a on a.listener_key = s.listener_key and a.ended_day = s.day_no + 1
)
select s.ended_at_ms as ended, t.track_id, t.title as track, t.artist, s.played_ms as ms, s.source,
  s.witnesses + coalesce(o.services, 0) as witnesses, m.estimated || case when m.estimated <> '' and m.missing <> '' then ', ' else '' end || m.missing as mark,
  f_hex15(s.play_id) as play
from shown s join marked m on m.play_id = s.play_id left join told_too o on o.play_id = s.play_id
join track t on t.track_key = s.track_key order by s.place
