-- name:     metrics/wrapped
-- question: Under which rule and until which day do the figures come out as a Wrapped said?
-- columns:  rank | integer |  | the nearest first
--           rule | text |  | any, 30s, half, end, or wrapped: 30 s without private sessions
--           cutoff | date |  | the last local day that counts
--           off | decimal(4) | share | mean of how far each figure that was said is off; null where nothing was said
--           minutes | integer | min | minutes heard
--           plays | integer | plays | plays that count
--           artists | integer | artists | different artists
--           tracks | integer | tracks | different tracks
--           top_artist | text |  | with most plays
--           top_artist_minutes | integer | min | minutes heard of it
--           top_track | text |  | title of the track with most plays
--           top_track_plays | integer | plays | plays of it
-- params:   year, said, limit
-- order:    off, then distance from the day that is known of that year (31 October until 2022, then 15 November), rule, cutoff
with year_of as (select coalesce(p_year(), max(year(f_date(local_day)))) as y from selection_all),
span as (
  select y, y * 365 - 719050 + f_idiv(y - 1969, 4) - f_idiv(y - 1901, 100) + f_idiv(y - 1601, 400) as first_day,
    case when mod(y, 4) = 0 and (mod(y, 100) <> 0 or mod(y, 400) = 0) then 1 else 0 end as leap
  from year_of
),
digit as (
  select 0 as n union all select 1 union all select 2 union all select 3 union all select 4 union all select 5 union all select 6 union all select 7 union all select 8 union all select 9
),
cutoff as (
  select first_day + leap + 287 + t.n * 10 + o.n as day,
    abs(t.n * 10 + o.n - case when y < 2023 then 16 else 31 end) as away
  from span cross join digit t cross join digit o where t.n * 10 + o.n <= 77
),
judged as (
  select s.own_track_key as track, s.artist_key, s.played_ms, greatest(s.local_day, x.first_day + x.leap + 287) as day,
    coalesce(c.private, false) as is_private, l.length_ms,
    coalesce(c.reason_end = 'trackdone', s.played_ms + 2000 >= l.length_ms, false) as is_end
  from selection_all s
  join span x on s.local_day >= x.first_day and s.local_day < x.first_day + 365 + x.leap
  join silver_context c on c.context_key = s.context_key
  left join silver_track_length l on l.track_key = s.own_track_key
),
rule as (select 'any' as rule, 5 as place union all select '30s', 2 union all select 'half', 3 union all select 'end', 4 union all select 'wrapped', 1),
counted as (
  select r.rule, j.track, j.artist_key, j.day, count(*) as plays, cast(sum(j.played_ms) as bigint) as ms
  from judged j cross join rule r
  where case r.rule when 'any' then true when '30s' then j.played_ms >= 30000
    when 'half' then coalesce(j.length_ms > 30000 and (j.played_ms * 2 >= j.length_ms or j.played_ms >= 240000), j.played_ms >= 30000)
    when 'end' then j.is_end else j.played_ms >= 30000 and not j.is_private end
  group by r.rule, j.track, j.artist_key, j.day
),
day_sum as (select rule, day, sum(plays) as plays, sum(ms) as ms from counted group by rule, day),
artist_sum as (select rule, day, count(*) as artists from (select rule, min(day) as day from counted group by rule, artist_key) f group by rule, day),
track_sum as (select rule, day, count(*) as tracks from (select rule, min(day) as day from counted group by rule, track) f group by rule, day),
total as (
  select r.rule, r.place, c.day, c.away,
    coalesce((select sum(d.plays) from day_sum d where d.rule = r.rule and d.day <= c.day), 0) as plays,
    coalesce((select sum(d.ms) from day_sum d where d.rule = r.rule and d.day <= c.day), 0) as ms,
    coalesce((select sum(a.artists) from artist_sum a where a.rule = r.rule and a.day <= c.day), 0) as artists,
    coalesce((select sum(t.tracks) from track_sum t where t.rule = r.rule and t.day <= c.day), 0) as tracks
  from rule r cross join cutoff c
),
artist_run as (
  select rule, artist_key, day, sum(sum(plays)) over (partition by rule, artist_key order by day rows unbounded preceding) as plays,
    sum(sum(ms)) over (partition by rule, artist_key order by day rows unbounded preceding) as ms
  from counted group by rule, artist_key, day
),
artist_best as (
  select r.rule, r.day, s.artist, r.plays, r.ms, row_number() over (partition by r.rule, r.day
      order by r.plays desc, r.ms desc, s.artist) as choice
  from artist_run r join silver_artist s on s.artist_key = r.artist_key
),
top_artist as (
  select b.rule, c.day, b.artist, b.ms, row_number() over (partition by b.rule, c.day
      order by b.plays desc, b.ms desc, b.artist) as choice
  from artist_best b join cutoff c on b.day <= c.day where b.choice = 1
),
track_run as (
  select rule, track, day, sum(sum(plays)) over (partition by rule, track order by day rows unbounded preceding) as plays,
    sum(sum(ms)) over (partition by rule, track order by day rows unbounded preceding) as ms
  from counted group by rule, track, day
),
track_best as (
  select r.rule, r.day, s.track_id, s.title, s.artist, r.plays, r.ms, row_number() over (partition by r.rule, r.day
      order by r.plays desc, r.ms desc, s.track_id nulls last, s.title nulls last, s.artist nulls last) as choice
  from track_run r join silver_track s on s.track_key = r.track
),
top_track as (
  select b.rule, c.day, b.title, b.plays, row_number() over (partition by b.rule, c.day
      order by b.plays desc, b.ms desc, b.track_id nulls last, b.title nulls last, b.artist nulls last) as choice
  from track_best b join cutoff c on b.day <= c.day where b.choice = 1
),
candidate as (
  select t.rule, t.place, t.day, t.away, cast(t.plays as bigint) as plays, f_idiv(t.ms, 60000) as minutes,
    cast(t.artists as bigint) as artists, cast(t.tracks as bigint) as tracks, a.artist as top_artist,
    f_idiv(coalesce(a.ms, 0), 60000) as top_artist_minutes, k.title as top_track,
    cast(coalesce(k.plays, 0) as bigint) as top_track_plays
  from total t
  left join top_artist a on a.rule = t.rule and a.day = t.day and a.choice = 1
  left join top_track k on k.rule = t.rule and k.day = t.day and k.choice = 1
),
weighed as (
  select rule, place, day, away, plays, minutes, artists, tracks, top_artist, top_artist_minutes, top_track,
    top_track_plays, coalesce(f_rdiv(abs(minutes - p_said_minutes()) * 10000, greatest(p_said_minutes(), 1)), 0)
      + coalesce(f_rdiv(abs(plays - p_said_plays()) * 10000, greatest(p_said_plays(), 1)), 0)
      + coalesce(f_rdiv(abs(artists - p_said_artists()) * 10000, greatest(p_said_artists(), 1)), 0)
      + coalesce(f_rdiv(abs(tracks - p_said_tracks()) * 10000, greatest(p_said_tracks(), 1)), 0)
      + coalesce(f_rdiv(abs(top_artist_minutes - p_said_top_artist_minutes()) * 10000, greatest(p_said_top_artist_minutes(), 1)), 0)
      + coalesce(f_rdiv(abs(top_track_plays - p_said_top_track_plays()) * 10000, greatest(p_said_top_track_plays(), 1)), 0)
      + case when p_said_top_artist() is null or f_lower(coalesce(top_artist, '')) = f_lower(p_said_top_artist()) then 0 else 10000 end
      + case when p_said_top_track() is null or f_lower(coalesce(top_track, '')) = f_lower(p_said_top_track()) then 0 else 10000 end
      as off_e4,
    case when p_said_minutes() is null then 0 else 1 end + case when p_said_plays() is null then 0 else 1 end + case when p_said_artists() is null then 0 else 1 end
      + case when p_said_tracks() is null then 0 else 1 end + case when p_said_top_artist_minutes() is null then 0 else 1 end + case when p_said_top_track_plays() is null then 0 else 1 end
      + case when p_said_top_artist() is null then 0 else 1 end + case when p_said_top_track() is null then 0 else 1 end as said
  from candidate
),
ranked as (
  select rule, day, plays, minutes, artists, tracks, top_artist, top_artist_minutes, top_track, top_track_plays,
    case when said = 0 then null else f_rdiv(off_e4, said) end as off,
    row_number() over (order by case when said = 0 then 0 else f_rdiv(off_e4, said) end, away, place, day) as place
  from weighed where plays > 0
)
select place as rank, rule, day as cutoff, off, minutes, plays, artists, tracks, top_artist, top_artist_minutes, top_track,
  top_track_plays
from ranked where place <= p_limit() order by place
