-- name:     silver/touched_day
-- grain:    one row per listener and UTC day whose plays the current load may change
-- inputs:   raw_told_day, raw_told_source, raw_edit, touched_edit_day
-- build:    temp
-- columns:  listener_key, ended_day
-- rule:     the days that it told something of; where a listener has live plays, another service's history or rows that know
--           minutes only, the days beside them too, since what settles such a row may lie on the other side of midnight; and the
--           days with plays in the span of an edit that it states or undoes, of a hidden artist those with that artist's
--           plays; and where a deleted play may lie on either side of midnight, both days or neither
with day as (
  select listener_key, ended_day from raw_told_day
  union
  select listener_key, ended_day from touched_edit_day
),
inexact as (
  select distinct listener_key from raw_told_source where is_inexact
),
wide as (
  select listener_key, ended_day from day
  union
  select t.listener_key, t.ended_day + n.step as ended_day
  from day t
  join inexact l on l.listener_key = t.listener_key
  cross join (select -1 as step union all select 1 as step) n
),
torn as (
  select f_id(listener) as listener_key, cast(f_idiv(at_ms - 90000, 86400000) as integer) as ended_day
  from raw_edit
  where kind = 'delete' and f_idiv(at_ms - 90000, 86400000) <> f_idiv(at_ms + 90000, 86400000)
)
select listener_key, ended_day from wide
union
select t.listener_key, t.ended_day + 1 as ended_day
from torn t join wide w on w.listener_key = t.listener_key and w.ended_day = t.ended_day
union
select t.listener_key, t.ended_day
from torn t join wide w on w.listener_key = t.listener_key and w.ended_day = t.ended_day + 1
