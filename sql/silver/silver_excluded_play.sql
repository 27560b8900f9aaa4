-- name:     silver/silver_excluded_play
-- grain:    one row per play that an edit takes out of every figure
-- inputs:   silver_play, silver_edit, silver_artist, silver_context, raw_play, raw_play_item, touched_day
-- build:    days out of silver_play
-- after:    silver_service_play
-- columns:  listener_key, play_id, is_track, ended_at_ms, ended_quarter, ended_day, played_ms, track_key  as in silver_play
--           artist_key, album_key, context_key, was_skipped, witnesses, told_by, event_id  as in silver_play
--           edit_identity  bigint, the edit that takes it out, the first where there are several (silver_edit)
-- checks:   unique(play_id)
-- rule:     exclude and hide: all that lies in the span and agrees with what the edit names. delete: of the track's plays within
--           90 s of the instant, by id or by names, the nearest, so that it is the same play when a better source comes.
-- source:   docs/decisions/20261128_edits.md
with edit as (
  select identity, listener_key, kind, stated_at_ms, from_ms, to_ms, at_ms, track_key, names_key, artist, platform,
    country
  from silver_edit
  where is_in_force and kind in ('delete', 'exclude', 'hide')
),
play as (
  select p.listener_key, p.play_id, p.ended_at_ms, p.ended_day, p.track_key, p.artist_key, p.context_key, p.event_id
  from silver_play p
  join touched_day t on t.listener_key = p.listener_key and t.ended_day = p.ended_day
  where p.listener_key in (select listener_key from edit)
),
named as (
  select e.identity, a.artist_key
  from edit e
  join silver_artist a on f_lower(a.artist) = f_lower(e.artist)
),
spanned as (
  select p.play_id, e.identity, e.stated_at_ms
  from edit e
  join play p on p.listener_key = e.listener_key and p.ended_at_ms >= coalesce(e.from_ms, p.ended_at_ms)
    and p.ended_at_ms < coalesce(e.to_ms, p.ended_at_ms + 1)
  join silver_context c on c.context_key = p.context_key
  left join named n on n.identity = e.identity and n.artist_key = p.artist_key
  where e.kind in ('exclude', 'hide') and (e.artist is null or n.identity is not null)
    and (e.track_key is null or e.track_key = p.track_key)
    and (e.platform is null or f_lower(c.platform) = f_lower(e.platform))
    and (e.country is null or f_lower(c.country) = f_lower(e.country))
),
aimed as (
  select e.identity, e.listener_key, e.stated_at_ms, e.at_ms, e.track_key, e.names_key,
    cast(f_idiv(e.at_ms - 90000, 86400000) as integer) as ended_day
  from edit e where e.kind = 'delete'
  union
  select e.identity, e.listener_key, e.stated_at_ms, e.at_ms, e.track_key, e.names_key,
    cast(f_idiv(e.at_ms + 90000, 86400000) as integer) as ended_day
  from edit e where e.kind = 'delete'
),
near as (
  select a.identity, a.stated_at_ms, p.play_id, row_number() over (partition by a.identity
      order by abs(p.ended_at_ms - a.at_ms), p.play_id) as choice
  from aimed a
  join play p on p.listener_key = a.listener_key and p.ended_day = a.ended_day
  join raw_play r on r.identity = p.play_id and r.details = p.event_id
  join raw_play_item i on i.item_key = r.item_key
  where abs(p.ended_at_ms - a.at_ms) <= 90000 and (p.track_key = a.track_key or i.names_key = a.names_key)
),
taken as (
  select play_id, identity, stated_at_ms from spanned
  union all
  select play_id, identity, stated_at_ms from near where choice = 1
),
first_taken as (
  select play_id, identity, row_number() over (partition by play_id order by stated_at_ms, identity) as choice from taken
)
select p.listener_key, p.play_id, p.is_track, p.ended_at_ms, p.ended_quarter, p.ended_day, p.played_ms, p.track_key,
  p.artist_key, p.album_key, p.context_key, p.was_skipped, p.witnesses, p.told_by, p.event_id, f.identity as edit_identity
from first_taken f
join silver_play p on p.play_id = f.play_id
where f.choice = 1
