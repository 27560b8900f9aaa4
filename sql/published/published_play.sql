-- name:     published/published_play
-- relation: plays
-- grain:    one row per play of the listener
-- inputs:   silver_play, silver_context, silver_track, silver_artist, silver_album
-- key:      play_id
-- columns:  play_id | integer | the identity that the play's witnesses share
--           ended_at | instant | END of the play
--           played_ms | integer | milliseconds heard
--           is_track | boolean | music rather than an episode or what no source tells
--           track_key | integer | the track (tracks)
--           track_id | text | Spotify's id, null where no source knows it
--           title | text |
--           artist | text |
--           album | text |
--           source | text | the richest witness
--           platform | text |
--           country | text |
--           reason_start | text |
--           reason_end | text |
--           shuffle | boolean |
--           was_skipped | boolean |
--           offline | boolean |
--           witnesses | integer | how many events tell of it
select cast(f_date(f_period_month(p.ended_day)) as varchar) as slice_part, p.play_id, p.ended_at_ms as ended_at, p.played_ms, p.is_track,
  p.track_key, t.track_id, t.title, coalesce(t.artist, a.artist) as artist, b.album, c.source, c.platform, c.country,
  c.reason_start, c.reason_end, c.shuffle, p.was_skipped, c.offline, cast(p.witnesses as bigint) as witnesses
from silver_play p
join silver_context c on c.context_key = p.context_key
left join silver_track t on t.track_key = p.track_key
left join silver_artist a on a.artist_key = p.artist_key
left join silver_album b on b.album_key = p.album_key
where p.listener_key = f_id(p_listener())
