-- name:     metrics/playlist_distance
-- question: How far apart are the playlists in sound?
-- columns:  playlist_a | text |  | id of one
--           playlist_b | text |  | id of the other, later in the alphabet
--           distance | decimal(3) |  | in usual deviations of a feature; null: nothing to compare
-- order:    distance, unknown ones last, then playlist_a, playlist_b
-- rule:     The square root of the mean, over the nine measured features that both know, of the squared difference of their means in
--           units of that feature's usual deviation (silver_feature). Conditions on tracks choose among the tracks, `to` the
--           instant; those on plays do not apply.
with mean as (
  select c.playlist_no, v.feature_no, f_rdiv(cast(sum(v.value_e6) as bigint), count(*)) as mean_e6
  from chosen_track c
  join silver_feature_value v on v.track_key = c.track_key
  group by c.playlist_no, v.feature_no
),
scaled as (
  select m.playlist_no, m.feature_no, f_rdiv(m.mean_e6 * 1000000, n.spread_e6) as scaled_e6
  from mean m
  join silver_feature n on n.feature_no = m.feature_no
  where n.spread_e6 is not null
),
apart as (
  select a.playlist_no as a_no, b.playlist_no as b_no,
    f_rdiv(cast(sum((a.scaled_e6 - b.scaled_e6) * (a.scaled_e6 - b.scaled_e6)) as bigint), count(*) * 1000000) as squared_e6
  from scaled a
  join scaled b on b.feature_no = a.feature_no
  group by a.playlist_no, b.playlist_no
)
select a.playlist_id as playlist_a, b.playlist_id as playlist_b,
  f_quant(sqrt(cast(d.squared_e6 as double)), 1) as distance
from chosen_playlist a
join chosen_playlist b on a.playlist_id < b.playlist_id
left join apart d on d.a_no = a.playlist_no and d.b_no = b.playlist_no
order by 3 nulls last, 1, 2
