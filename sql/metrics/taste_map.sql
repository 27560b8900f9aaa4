-- name:     metrics/taste_map
-- question: Where does the music lie between two features?
-- columns:  x_bin | decimal(3) |  | lower edge of the bin on x
--           y_bin | decimal(3) |  | lower edge of the bin on y
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
-- params:   x, y
-- order:    x_bin, y_bin; empty cells are left out

with played as (
  select own_track_key, count(*) as plays, cast(sum(played_ms) as bigint) as ms from selection group by own_track_key
),
placed as (
  select x.bin_no as x_no, y.bin_no as y_no, p.plays, p.ms
  from played p
  join silver_feature_value x on x.track_key = p.own_track_key and x.feature_no = f_feature_no(p_x())
  join silver_feature_value y on y.track_key = p.own_track_key and y.feature_no = f_feature_no(p_y())
)
select f_bin_low(p_x()) + x_no * f_bin_width(p_x()) as x_bin, f_bin_low(p_y()) + y_no * f_bin_width(p_y()) as y_bin,
  cast(sum(plays) as bigint) as plays, cast(sum(ms) as bigint) as ms
from placed group by x_no, y_no order by x_no, y_no
