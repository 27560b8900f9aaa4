-- name:     metrics/feature_conflicts
-- question: On which played tracks do catalogues contradict each other, and whom do the figures believe?
-- columns:  track_id | text |  | Spotify's id
--           track | text |  | title
--           artist | text |  | artist
--           feature | text |  | one of the twelve audio features
--           chosen | text |  | the catalogue that is believed
--           chosen_value | decimal(3) |  | what it says
--           catalogue | text |  | a catalogue that says otherwise
--           value | decimal(3) |  | what that says
--           plays | integer | plays | streams: plays of at least min-ms
-- params:   limit
-- order:    plays, then track_id, feature, catalogue, value
-- rule:     Only statements about the same track id are held against each other, and only differences over 1 % of the
--           feature's range count, as in silver_feature_conflict.
with heard as (
  select own_track_key as track_key, count(*) as plays from selection group by own_track_key
),
differing as (
  select distinct h.track_key, h.plays, c.feature_no, c.catalogue, f_rdiv(c.value_e6, 1000) as value_e3,
    f.catalogue as chosen, v.value_e3 as chosen_e3
  from heard h
  join silver_feature_conflict c on c.track_key = h.track_key
  join silver_feature n on n.feature_no = c.feature_no
  join silver_track_feature f on f.track_key = c.track_key
  join silver_feature_value v on v.track_key = c.track_key and v.feature_no = c.feature_no
  where abs(c.value_e6 - v.value_e6) > n.tolerance_e6
),
ranked as (
  select t.track_id, t.title, t.artist, d.plays, d.feature_no, d.catalogue, d.value_e3, d.chosen, d.chosen_e3,
    row_number() over (order by d.plays desc, t.track_id, d.feature_no, d.catalogue, d.value_e3) as place
  from differing d join silver_track t on t.track_key = d.track_key
)
select track_id, title as track, artist, f_feature(feature_no) as feature, chosen, chosen_e3 as chosen_value, catalogue,
  value_e3 as value, plays
from ranked where place <= p_limit() order by place
