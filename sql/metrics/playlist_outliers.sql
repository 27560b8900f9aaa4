-- name:     metrics/playlist_outliers
-- question: Which tracks do not fit into their playlist?
-- columns:  playlist_id | text |  | the list
--           track_id | text |  | Spotify's id, null where no source knows it
--           track | text |  | title
--           artist | text |  | artist
--           distance | decimal(3) |  | from the mean of the list, in the unit of playlist_distance
--           feature | text |  | the feature in which it differs most
-- params:   limit
-- order:    distance, then playlist_id, track_id, track, artist
-- rule:     A track does not fit when it lies half as far again from the list's mean as its tracks usually do: squared, over
--           2.25 times the mean of the squares. Conditions on tracks choose among the tracks, `to` the instant; those on
--           plays do not apply.
with told as (
  select c.playlist_no, c.track_key, v.feature_no, v.value_e6, n.spread_e6
  from chosen_track c
  join silver_feature_value v on v.track_key = c.track_key
  join silver_feature n on n.feature_no = v.feature_no
  where n.spread_e6 is not null
),
mean as (
  select playlist_no, feature_no, f_rdiv(cast(sum(value_e6) as bigint), count(*)) as mean_e6
  from told group by playlist_no, feature_no
),
apart as (
  select t.playlist_no, t.track_key, t.feature_no, f_rdiv((t.value_e6 - m.mean_e6) * 1000000, t.spread_e6) as apart_e6
  from told t join mean m on m.playlist_no = t.playlist_no and m.feature_no = t.feature_no
),
farthest as (
  select playlist_no, track_key, feature_no,
    row_number() over (partition by playlist_no, track_key order by abs(apart_e6) desc, feature_no) as choice
  from apart
),
distance as (
  select playlist_no, track_key, f_rdiv(cast(sum(apart_e6 * apart_e6) as bigint), count(*) * 1000000) as squared_e6
  from apart group by playlist_no, track_key
),
usual as (
  select playlist_no, cast(sum(squared_e6) as bigint) as squared_e6, count(*) as tracks from distance group by playlist_no
),
ranked as (
  select l.playlist_id, t.track_id, t.title, t.artist, d.squared_e6, f.feature_no,
    row_number() over (order by d.squared_e6 desc, l.playlist_id, t.track_id nulls last, t.title nulls last,
      t.artist nulls last, d.track_key) as place
  from distance d
  join usual u on u.playlist_no = d.playlist_no
  join farthest f on f.playlist_no = d.playlist_no and f.track_key = d.track_key and f.choice = 1
  join chosen_playlist l on l.playlist_no = d.playlist_no
  join silver_track t on t.track_key = d.track_key
  where cast(d.squared_e6 as decimal(20, 0)) * (u.tracks * 4) > cast(u.squared_e6 as decimal(20, 0)) * 9
)
select playlist_id, track_id, title as track, artist, f_quant(sqrt(cast(squared_e6 as double)), 1) as distance,
  f_feature(feature_no) as feature
from ranked where place <= p_limit() order by place
