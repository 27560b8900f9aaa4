-- name:     metrics/playlists
-- question: Which playlists are there, and how much of each is played?
-- columns:  playlist_id | text |  | Spotify's id, or one made of the name where the source has none
--           name | text |  | as last stated
--           tracks | integer | tracks | different tracks in it; null where it may not be read
--           ms | integer | ms | milliseconds heard of its tracks
--           features_known | integer | tracks | of its tracks, those with audio features
--           plays | integer | plays | streams of its tracks: plays of at least min-ms
-- order:    plays, then playlist_id
-- rule:     The list as it stood at `to`, or now. Conditions on tracks choose among its tracks, those on plays among their plays.
with played as (
  select own_track_key as track_key, count(*) as plays, cast(sum(played_ms) as bigint) as ms from selection group by own_track_key
),
counted as (
  select c.playlist_no, count(*) as tracks, count(f.track_key) as features_known,
    cast(sum(coalesce(p.plays, 0)) as bigint) as plays, cast(sum(coalesce(p.ms, 0)) as bigint) as ms
  from chosen_track c
  left join played p on p.track_key = c.track_key
  left join silver_track_feature f on f.track_key = c.track_key
  group by c.playlist_no
)
select l.playlist_id, l.name, case when l.is_read then coalesce(n.tracks, 0) end as tracks, coalesce(n.ms, 0) as ms,
  case when l.is_read then coalesce(n.features_known, 0) end as features_known, coalesce(n.plays, 0) as plays
from chosen_playlist l left join counted n on n.playlist_no = l.playlist_no
order by 6 desc, l.playlist_id
