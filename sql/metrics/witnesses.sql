-- name:     metrics/witnesses
-- question: Which statements tell of a play?
-- columns:  play | text |  | id of the play (condition play)
--           source | text |  | extended, csv, account, player, recent, or another service
--           file | text |  | file that told it first; empty: Spotify's Web API, or before files were noted
--           row | integer |  | the record's place in that file, from 1
--           ended | instant | UTC | the end as this statement has it
--           ms | integer | ms | milliseconds as this statement has them
--           track | text |  | title as stated
--           artist | text |  | artist as stated
--           became | text |  | the play (its fields are believed), or how it was matched; or told again
-- params:   limit
-- order:    latest play first (as many as limit), then the statement that is believed, then the others by source, file and row
with placed as (select play_id, ended_at_ms, row_number() over (order by ended_at_ms desc, play_id) as place from selection),
chosen as (select play_id, place from placed where place <= p_limit()),
named as (
  select f.file_key, case when row_number() over w = 1 then f.file
    else f.file || ' (' || cast(row_number() over w as string) || ')' end as file
  from raw_source_file f where f.listener = p_listener() and f.part = 0
  window w as (partition by f.kind, f.file order by f.imported_at_ms, f.file_key)
),
event as (
  select c.play_id, c.place, r.identity, r.details
  from chosen c
  join raw_play r on r.identity = c.play_id
  left join silver_merge m on m.identity = r.identity and m.details = r.details
  left join silver_service_merge v on v.identity = r.identity and v.details = r.details
  where m.identity is null and v.identity is null
  union all
  select c.play_id, c.place, m.identity, m.details
  from chosen c
  join silver_merge m on m.play_id = c.play_id
  union all
  select c.play_id, c.place, v.identity, v.details
  from chosen c
  join silver_service_merge v on v.play_id = c.play_id
),
stated as (
  select e.play_id, e.place, x.source, r.file_key, r.row_no, r.ended_at_ms, r.played_ms, i.title, i.artist,
    case when p.event_id is not null then 'the play' when m.how = 'minute' then 'agrees in minute, length and track'
      when m.how = 'listed' then 'an entry of the list of recent plays' when m.how = 'seen' then 'seen at the player'
      when v.how = 'service' then 'told by another service too' else 'the same, with other details' end as became
  from event e
  join raw_play r on r.identity = e.identity and r.details = e.details
  join silver_context x on x.context_key = r.context_key
  join raw_play_item i on i.item_key = r.item_key
  left join silver_play p on p.play_id = e.identity and p.event_id = e.details
  left join silver_merge m on m.identity = e.identity and m.details = e.details
  left join silver_service_merge v on v.identity = e.identity and v.details = e.details
),
everything as (
  select play_id, place, case when became = 'the play' then 0 else 1 end as step, source, file_key, row_no, ended_at_ms,
    played_ms, title, artist, became
  from stated
  union all
  select s.play_id, s.place, 2 as step, s.source, a.file_key, a.row_no + s.row_no - a.first_row_no, s.ended_at_ms, s.played_ms,
    s.title, s.artist, 'told again, word for word' as became
  from stated s
  join raw_source_file_again a on a.first_file_key = s.file_key and s.file_key > 0
    and s.row_no between a.first_row_no and a.first_row_no + a.records - 1
)
select f_hex15(e.play_id) as play, e.source, coalesce(n.file, '') as file, nullif(e.row_no, 0) as "row", e.ended_at_ms as ended,
  e.played_ms as ms, e.title as track, e.artist, e.became
from everything e left join named n on n.file_key = e.file_key
order by e.place, e.step, e.source, coalesce(n.file, ''), e.row_no, e.ended_at_ms, e.played_ms, e.title nulls last,
  e.artist nulls last, e.became
