-- name:     metrics/diversity
-- question: How varied is it?
-- columns:  period | date |  | the period's first local day
--           artists | integer | artists | different artists
--           plays | integer | plays | streams: plays of at least min-ms
--           effective_artists | decimal(2) | artists | exp of the Shannon entropy: as many equally played artists would be as varied
--           top_share | decimal(4) | share | the most played artist's share
-- params:   grain
-- order:    period
with by_artist as (
  select local_period as period, artist_key, count(*) as plays
  from selection group by local_period, artist_key
),
summed as (
  select period, count(*) as artists, cast(sum(plays) as bigint) as plays, max(plays) as top_plays,
    cast(sum(plays * f_quant(ln(cast(plays as double)), 1000000000)) as bigint) as weighted_ln_e9
  from by_artist group by period
)
select period, artists, plays,
  f_quant(exp(cast(f_quant(ln(cast(plays as double)), 1000000000) - f_rdiv(weighted_ln_e9, plays) as double) / 1e9), 100)
    as effective_artists,
  f_rdiv(top_plays * 10000, plays) as top_share
from summed order by period
