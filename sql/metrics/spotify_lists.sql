-- name:     metrics/spotify_lists
-- question: What does Spotify itself say: most played, and followed?
-- columns:  list | text |  | top_tracks, top_artists or followed_artists
--           range | text |  | short_term (4 weeks), medium_term (6 months), long_term (1 year); null for followed_artists
--           rank | integer |  | place in Spotify's order
--           id | text |  | Spotify's id
--           name | text |  | title of a track, name of an artist
--           artist | text |  | of a track
--           stated | instant | UTC | since when Spotify says so
-- order:    list, range, rank; conditions do not apply
-- rule:     Spotify's statement, made by rules that it does not tell; nothing of it enters any other figure.
select list, range, place as rank, thing_id as id, name, artist, stated_at_ms as stated
from silver_spotify_list where listener = p_listener() order by list, range nulls last, place
