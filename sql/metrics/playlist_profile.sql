-- name:     metrics/playlist_profile
-- question: What do the tracks of a playlist sound like?
-- columns:  feature | text |  | one of the twelve audio features
--           unit | text |  | unit of the values
--           mean | decimal(6) |  | mean of its tracks
--           stddev | decimal(3) |  | standard deviation
--           p10 | decimal(3) |  | a tenth of the tracks lies at or below
--           p50 | decimal(3) |  | the median
--           p90 | decimal(3) |  | nine tenths lie at or below
--           tracks | integer | tracks | different tracks whose value is known
--           coverage_tracks | decimal(4) | share | share of the tracks whose value is known
-- order:    the order of the twelve features
-- rule:     The list as it stood at `to`, or now; several lists are one, a track in two of them counts once. Conditions on
--           tracks choose among them, those on plays do not apply.
with listed as (select distinct track_key from chosen_track),
total as (select count(*) as tracks from listed),
ordered as (
  select v.feature_no, v.value_e6, v.value_e3,
    row_number() over (partition by v.feature_no order by v.value_e3) as upto,
    count(*) over (partition by v.feature_no) as whole
  from listed l join silver_feature_value v on v.track_key = l.track_key
),
summed as (
  select feature_no, count(*) as tracks, cast(sum(value_e6) as bigint) as sx_e6,
    sum(cast(value_e6 as decimal(10, 0)) * cast(value_e6 as decimal(10, 0))) as sxx_e12,
    min(case when upto * 10 >= whole then value_e3 end) as p10,
    min(case when upto * 2 >= whole then value_e3 end) as p50,
    min(case when upto * 10 >= whole * 9 then value_e3 end) as p90
  from ordered group by feature_no
)
select f_feature(s.feature_no) as feature, f_unit(f_feature(s.feature_no)) as unit, f_rdiv(s.sx_e6, s.tracks) as mean,
  f_quant(sqrt(greatest(cast(s.sxx_e12 as double) / cast(s.tracks as double)
    - (cast(s.sx_e6 as double) / cast(s.tracks as double)) * (cast(s.sx_e6 as double) / cast(s.tracks as double)), 0)) / 1e3, 1) as stddev,
  s.p10, s.p50, s.p90, s.tracks, f_rdiv(s.tracks * 10000, t.tracks) as coverage_tracks
from summed s cross join total t
order by s.feature_no
