-- name:     metrics/taste_profile
-- question: What does the music sound like?
-- columns:  feature | text |  | one of the twelve audio features
--           unit | text |  | unit of the values
--           mean | decimal(6) |  | weighted mean
--           stddev | decimal(3) |  | weighted standard deviation
--           p10 | decimal(3) |  | a tenth of the weight lies at or below
--           p50 | decimal(3) |  | the median
--           p90 | decimal(3) |  | nine tenths lie at or below
--           plays | integer | plays | streams: plays of at least min-ms
--           coverage_ms | decimal(4) | share | share of the listening time whose value is known
-- params:   weight
-- order:    the order of the twelve features
with played as (
  select own_track_key, count(*) as plays, cast(sum(played_ms) as bigint) as ms from selection group by own_track_key
),
total as (select cast(sum(ms) as bigint) as ms from played),
-- Row by row only plain integers are summed; products of 128 bits are made once a value.
graded as (
  select v.feature_no, v.value_e3, v.value_e6, cast(sum(p.plays) as bigint) as plays, cast(sum(p.ms) as bigint) as ms
  from played p join silver_feature_value v on v.track_key = p.own_track_key
  group by v.feature_no, v.value_e3, v.value_e6
),
weighed as (select feature_no, value_e3, value_e6, plays, ms, f_weight(plays, ms) as weight from graded),
ordered as (
  select feature_no, value_e3, plays, ms, weight,
    cast(weight as decimal(20, 0)) * cast(value_e6 as decimal(10, 0)) as weighted_e6,
    cast(weight as decimal(20, 0)) * cast(value_e6 * value_e6 as decimal(18, 0)) as squared_e12,
    sum(weight) over (partition by feature_no order by value_e6 rows between unbounded preceding and current row) as upto,
    sum(weight) over (partition by feature_no) as whole
  from weighed
),
summed as (
  select feature_no, cast(sum(plays) as bigint) as plays, cast(sum(ms) as bigint) as ms,
    cast(sum(weight) as bigint) as weight, sum(weighted_e6) as sx_e6,
    sum(squared_e12) as sxx_e12,
    min(case when upto * 10 >= whole then value_e3 end) as p10,
    min(case when upto * 2 >= whole then value_e3 end) as p50,
    min(case when upto * 10 >= whole * 9 then value_e3 end) as p90
  from ordered group by feature_no
)
select f_feature(s.feature_no) as feature, f_unit(f_feature(s.feature_no)) as unit, f_rdiv(s.sx_e6, s.weight) as mean,
  f_quant(sqrt(greatest(cast(s.sxx_e12 as double) / cast(s.weight as double)
    - (cast(s.sx_e6 as double) / cast(s.weight as double)) * (cast(s.sx_e6 as double) / cast(s.weight as double)), 0)) / 1e3, 1) as stddev,
  s.p10, s.p50, s.p90, s.plays, f_rdiv(s.ms * 10000, t.ms) as coverage_ms
from summed s cross join total t
order by s.feature_no
