-- name:     silver/silver_day_country
-- grain:    one row per listener and UTC day on which a source tells where plays were
-- inputs:   silver_play, silver_excluded_play, touched_context
-- build:    days
-- columns:  listener_key, ended_day
--           country  text, the two letters of the country of connection
-- checks:   unique(listener_key, ended_day)
-- rule:     that of most plays, of several the first in the alphabet; what an edit takes out was somebody else's
-- source:   docs/decisions/20261128_local_time.md
with counted as (
  select p.listener_key, p.ended_day, c.country, count(*) as plays
  from silver_play p
  join touched_context c on c.context_key = p.context_key
  left join silver_excluded_play x on x.play_id = p.play_id
  where c.country is not null and c.country <> 'ZZ' and x.play_id is null
    and p.load_no = p_load_no()
  group by p.listener_key, p.ended_day, c.country
),
ranked as (
  select listener_key, ended_day, country, row_number() over (partition by listener_key, ended_day
      order by plays desc, country) as choice
  from counted
)
select listener_key, ended_day, country from ranked where choice = 1
