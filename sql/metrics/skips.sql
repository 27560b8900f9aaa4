-- name:     metrics/skips
-- question: Which artists are skipped?
-- columns:  artist | text |  | artist
--           plays_all | integer | plays | plays of any length
--           skipped | integer | plays | plays that were skipped
--           share | decimal(4) | share | skipped / plays_all
-- params:   limit
-- order:    skipped, then artist; skipped = flagged so, or ended by the forward button
with counted as (
  select artist_key, count(*) as plays_all, cast(sum(case when was_skipped then 1 else 0 end) as bigint) as skipped
  from selection_all group by artist_key
),
ranked as (
  select a.artist, c.plays_all, c.skipped, row_number() over (order by c.skipped desc, a.artist) as place
  from counted c join silver_artist a on a.artist_key = c.artist_key where c.skipped > 0
)
select artist, plays_all, skipped, f_rdiv(skipped * 10000, plays_all) as share
from ranked where place <= p_limit() order by place
