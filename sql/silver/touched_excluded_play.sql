-- name:     silver/touched_excluded_play
-- grain:    one row per play that an edit takes out
-- inputs:   touched_edited_play, silver_edit, silver_artist, silver_context, raw_play, raw_play_item
-- build:    temp
-- needs:    touched_edited_play
-- columns:  play_id, edit_identity  as in silver_excluded_play
-- rule:     that of silver_excluded_play
with spanned as (
  select p.play_id, p.identity, p.stated_at_ms
  from touched_edited_play p
  join silver_edit e on e.identity = p.identity
  join silver_context c on c.context_key = p.context_key
  left join silver_artist a on a.artist_key = p.artist_key
  where p.kind in ('exclude', 'hide') and (e.artist is null or f_lower(a.artist) = f_lower(e.artist))
    and (e.track_key is null or e.track_key = p.track_key)
    and (e.platform is null or f_lower(c.platform) = f_lower(e.platform))
    and (e.country is null or f_lower(c.country) = f_lower(e.country))
),
near as (
  select p.identity, p.stated_at_ms, p.play_id, row_number() over (partition by p.identity
      order by p.apart_ms, p.play_id) as choice
  from raw_play r
  join touched_edited_play p on p.play_id = r.identity and p.event_id = r.details
  join silver_edit e on e.identity = p.identity
  join raw_play_item i on i.item_key = r.item_key
  where p.kind = 'delete' and (p.track_key = e.track_key or i.names_key = e.names_key)
),
taken as (
  select play_id, identity, stated_at_ms from spanned
  union all
  select play_id, identity, stated_at_ms from near where choice = 1
),
first_taken as (
  select play_id, identity, row_number() over (partition by play_id order by stated_at_ms, identity) as choice from taken
)
select play_id, identity as edit_identity from first_taken where choice = 1
