-- name:     metrics/taste_distribution
-- question: How are the sounds distributed?
-- columns:  feature | text |  | one of the twelve audio features
--           bin_from | decimal(3) |  | lower edge, inclusive
--           bin_to | decimal(3) |  | upper edge, exclusive; the last is inclusive
--           plays | integer | plays | streams: plays of at least min-ms
--           ms | integer | ms | milliseconds heard
-- order:    feature, bin; all bins are there, values beyond the edges lie in the outermost

with played as (
  select own_track_key, count(*) as plays, cast(sum(played_ms) as bigint) as ms from selection group by own_track_key
),
binned as (
  select v.feature_no, v.bin_no, cast(sum(p.plays) as bigint) as plays, cast(sum(p.ms) as bigint) as ms
  from played p join silver_feature_value v on v.track_key = p.own_track_key
  group by v.feature_no, v.bin_no
),
known as (select distinct feature_no, f_feature(feature_no) as feature from binned)
select k.feature, f_bin_low(k.feature) + b.i * f_bin_width(k.feature) as bin_from,
  f_bin_low(k.feature) + (b.i + 1) * f_bin_width(k.feature) as bin_to,
  coalesce(n.plays, 0) as plays, coalesce(n.ms, 0) as ms
from known k cross join range(0, 20) as b(i)
left join binned n on n.feature_no = k.feature_no and n.bin_no = b.i
where b.i < f_bins(k.feature)
order by k.feature_no, b.i
