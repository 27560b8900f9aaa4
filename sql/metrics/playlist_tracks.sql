-- name:     metrics/playlist_tracks
-- question: Which tracks are in a playlist, and what does each sound like?
-- columns:  playlist_id | text |  | the list
--           track_id | text |  | Spotify's id, null where no source knows it
--           track | text |  | title
--           artist | text |  | artist
--           added | instant | UTC | when it was first added; null where it is not told
--           plays | integer | plays | streams: plays of at least min-ms
--           danceability | decimal(3) | 0..1 | null where it is not known
--           energy | decimal(3) | 0..1 | null where it is not known
--           loudness | decimal(3) | dB | null where it is not known
--           speechiness | decimal(3) | 0..1 | null where it is not known
--           acousticness | decimal(3) | 0..1 | null where it is not known
--           instrumentalness | decimal(3) | 0..1 | null where it is not known
--           liveness | decimal(3) | 0..1 | null where it is not known
--           valence | decimal(3) | 0..1 | null where it is not known
--           tempo | decimal(3) | BPM | null where it is not known
--           key | integer | pitch class | null where it is not known
--           mode | integer | 0/1 | null where it is not known
--           time_signature | integer | beats | null where it is not known
-- params:   limit
-- order:    playlist_id, track, artist, track_id
-- rule:     The list as it stood at `to`, or now. Conditions on tracks choose among its tracks, those on plays among their plays.
with played as (
  select own_track_key as track_key, count(*) as plays from selection group by own_track_key
),
ranked as (
  select l.playlist_id, t.track_id, t.title, t.artist, c.added_at_ms, c.track_key,
    row_number() over (order by l.playlist_id, t.title nulls last, t.artist nulls last, t.track_id nulls last, c.track_key) as place
  from chosen_track c
  join chosen_playlist l on l.playlist_no = c.playlist_no
  join silver_track t on t.track_key = c.track_key
)
select r.playlist_id, r.track_id, r.title as track, r.artist, r.added_at_ms as added, coalesce(p.plays, 0) as plays,
  f_rdiv(f.danceability_e6, 1000) as danceability, f_rdiv(f.energy_e6, 1000) as energy, f_rdiv(f.loudness_e6, 1000) as loudness, f_rdiv(f.speechiness_e6, 1000) as speechiness,
  f_rdiv(f.acousticness_e6, 1000) as acousticness, f_rdiv(f.instrumentalness_e6, 1000) as instrumentalness, f_rdiv(f.liveness_e6, 1000) as liveness,
  f_rdiv(f.valence_e6, 1000) as valence, f_rdiv(f.tempo_e6, 1000) as tempo, f.key, f.mode, f.time_signature
from ranked r
left join played p on p.track_key = r.track_key
left join silver_track_feature f on f.track_key = r.track_key
where r.place <= p_limit()
order by r.place
