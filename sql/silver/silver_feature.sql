-- name:     silver/silver_feature
-- grain:    one row per audio feature, the twelve
-- inputs:   nothing
-- build:    replace
-- columns:  feature_no    integer, its place among the twelve (f_feature)
--           tolerance_e6  bigint, 1 % of its range x 10^6: what two catalogues may differ by through rounding
--           spread_e6     bigint, its usual deviation x 10^6 in music at large, the unit of distances; null for key, mode, time_signature
-- checks:   unique(feature_no)
-- source:   the standard deviations of a published catalogue of 28,356 tracks, rounded (docs/features.md)
select feature_no, cast(case feature_no when 2 then 600000 when 8 then 2000000 when 9 then 0 when 10 then 0 when 11 then 0
  else 10000 end as bigint) as tolerance_e6,
  cast(f_pick(feature_no, 150000, 180000, 3000000, 100000, 220000, 230000, 160000, 230000, 27000000, null, null, null)
    as bigint) as spread_e6
from (select 0 as feature_no union all select 1 union all select 2 union all select 3 union all select 4 union all select 5
  union all select 6 union all select 7 union all select 8 union all select 9 union all select 10 union all select 11) n
