-- name:     metrics/rule_difference
-- question: Which plays does one rule of counting take and another not?
-- columns:  counted_by | text |  | the rule that takes them, of `rule` and `against`
--           why | text |  | why the other does not
--           track_id | text |  | Spotify's id
--           track | text |  | title
--           artist | text |  | artist
--           plays | integer | plays | plays of that track, for that reason
--           ms | integer | ms | milliseconds heard in them
--           last_play | instant | UTC | end of the last of them
-- params:   rule, against, limit, by
-- order:    plays, ms, then counted_by, why, track_id, title and artist
with known as (
  select s.track_key, s.played_ms, s.ended_at_ms, l.length_ms, c.reason_end,
    coalesce(c.private, false) as is_private, month(f_date(s.local_day)) * 100 + day(f_date(s.local_day))
      <= case when year(f_date(s.local_day)) < 2023 then 1031 else 1115 end as is_in_time
  from selection_all s
  join silver_context c on c.context_key = s.context_key
  left join silver_track_length l on l.track_key = s.own_track_key
),
judged as (
  select track_key, played_ms, ended_at_ms, length_ms, is_private, is_in_time, played_ms >= 30000 as is_30s,
    coalesce(length_ms > 30000 and (played_ms * 2 >= length_ms or played_ms >= 240000), played_ms >= 30000) as is_half,
    coalesce(reason_end = 'trackdone', played_ms + 2000 >= length_ms, false) as is_end,
    played_ms >= 30000 and not is_private and is_in_time as is_wrapped
  from known
),
compared as (
  select track_key, played_ms, ended_at_ms, length_ms, is_private, is_in_time,
    case p_rule() when 'any' then true when '30s' then is_30s when 'half' then is_half when 'end' then is_end
      else is_wrapped end as is_one,
    case p_against() when 'any' then true when '30s' then is_30s when 'half' then is_half when 'end' then is_end
      else is_wrapped end as is_other
  from judged
),
missed as (
  select track_key, played_ms, ended_at_ms, length_ms, is_private, is_in_time,
    case when is_one then p_rule() else p_against() end as counted_by,
    case when is_one then p_against() else p_rule() end as missed_by
  from compared where is_one <> is_other
),
explained as (
  select track_key, played_ms, ended_at_ms, counted_by,
    case when missed_by = 'half' and length_ms <= 30000 then 'the track is no longer than 30 s'
      when missed_by = 'half' and length_ms is not null then 'less than half of it, and than four minutes'
      when missed_by = 'end' then 'not played to its end'
      when missed_by = 'wrapped' and is_private then 'in a private session'
      when missed_by = 'wrapped' and not is_in_time then 'after the cut-off' else 'shorter than 30 s' end as why
  from missed
),
grouped as (
  select counted_by, why, track_key, count(*) as plays, cast(sum(played_ms) as bigint) as ms, max(ended_at_ms) as last_play
  from explained group by counted_by, why, track_key
),
ranked as (
  select g.counted_by, g.why, t.track_id, t.title, t.artist, g.plays, g.ms, g.last_play, row_number() over (
    order by g.plays desc, g.ms desc, g.counted_by, g.why, t.track_id nulls last, t.title nulls last, t.artist nulls last) as place
  from grouped g join track t on t.track_key = g.track_key
)
select counted_by, why, track_id, title as track, artist, plays, ms, last_play
from ranked where place <= p_limit() order by place
