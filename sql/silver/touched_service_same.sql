-- name:     silver/touched_service_same
-- grain:    one row per statement of another service, on a touched day or near one, those that differ in details alone once
-- inputs:   raw_play, raw_play_more, raw_play_item, silver_context, touched_service_day, touched_load
-- build:    temp
-- needs:    touched_service_day
-- columns:  source, identity, details  the statement, of several the first by details
--           began_at_ms   bigint, the start as told; where the stamp is Spotify's own, the stamp less the length
--           played_ms     bigint, heard as told; else the track's length; else 30000, the least that a stream has
--           is_end, is_heard  boolean, whether the stamp is an end; whether the service tells what was heard
--           slack_ms      bigint, how far the start may be off
--           chosen_id     bigint, the identity of the statement that stands for the play
--           is_chosen     boolean, whether it is this one
--           witnesses     bigint, how many statements tell of the play
-- rule:     Stamps of one track that lie within 90 s and what they leave open are one stretch. Of each service's statements
--           in it the first, second, … are the same plays: there are as many as the service that tells most says. The
--           richest statement gives the fields: what was heard, a length, an id, then by service and identity.
-- source:   docs/decisions/20261128_other_histories.md
with near as (
  select distinct t.listener_key, t.ended_day + n.step as ended_day
  from touched_service_day t
  cross join (select -2 as step union all select -1 as step union all select 0 as step union all select 1 as step
    union all select 2 as step) n
),
stated as (
  select c.listener_key, c.source, r.identity, r.details, r.item_key, r.context_key, r.ended_at_ms, r.ended_precision_ms,
    r.played_ms
  from raw_play r
  join (select context_key, listener_key, source from silver_context where told_as = 'service') c
    on c.context_key = r.context_key
  join near n on n.listener_key = c.listener_key and n.ended_day = r.ended_day
  where r.load_no in (select load_no from touched_load)
),
told as (
  select r.listener_key, r.source, r.identity, r.details, r.item_key, r.context_key, r.ended_at_ms as stamp_ms,
    case when r.ended_precision_ms < 60000 then 0 else 60000 end as precision_ms, r.played_ms, b.began_at_ms,
    row_number() over (partition by r.source, r.identity order by r.details) as choice
  from stated r
  left join raw_play_more b on b.identity = r.identity and b.details = r.details
),
spelled as (
  select item_key, item_id, isrc, track_key, f_lead_key(title, artist) as lead_key
  from raw_play_item
  where item_key in (select item_key from told)
),
placed as (
  select t.listener_key, t.source, t.identity, t.details, t.item_key, t.context_key, i.track_key, i.lead_key, i.isrc,
    coalesce(t.began_at_ms, t.stamp_ms - t.played_ms) as began_at_ms, t.began_at_ms is null as is_end,
    coalesce(t.began_at_ms < t.stamp_ms, false) as is_heard,
    case when t.played_ms > 0 then t.played_ms else 30000 end as played_ms,
    t.precision_ms + case when t.began_at_ms is null then t.played_ms else 0 end as slack_ms,
    case when coalesce(t.began_at_ms < t.stamp_ms, false) then 0 when t.played_ms > 0 then 2 else 4 end
      + case when i.item_id is null then 1 else 0 end as poverty
  from told t
  join spelled i on i.item_key = t.item_key
  where t.choice = 1
),
stepped as (
  select identity, source, case when began_at_ms - lag(began_at_ms) over (partition by listener_key, lead_key
      order by began_at_ms, source, identity) <= 90000 + slack_ms + lag(slack_ms) over (partition by listener_key,
      lead_key order by began_at_ms, source, identity) then 0 else 1 end as is_first
  from placed
),
stretched as (
  select p.listener_key, p.source, p.identity, p.lead_key, p.began_at_ms, p.poverty,
    sum(s.is_first) over (partition by p.listener_key, p.lead_key order by p.began_at_ms, p.source, p.identity
      rows unbounded preceding) as stretch
  from placed p
  join stepped s on s.identity = p.identity and s.source = p.source
),
numbered as (
  select listener_key, source, identity, lead_key, stretch, poverty, row_number() over (partition by listener_key,
    lead_key, stretch, source order by began_at_ms, identity) as place
  from stretched
),
chosen as (
  select source, identity, row_number() over (partition by listener_key, lead_key, stretch, place
      order by poverty, source, identity) as choice,
    first_value(identity) over (partition by listener_key, lead_key, stretch, place
      order by poverty, source, identity) as chosen_id,
    count(*) over (partition by listener_key, lead_key, stretch, place) as witnesses
  from numbered
)
select p.listener_key, p.source, p.identity, p.details, p.item_key, p.context_key, p.track_key, p.lead_key, p.isrc,
  p.began_at_ms, p.played_ms, p.is_end, p.is_heard, p.slack_ms, c.chosen_id, c.choice = 1 as is_chosen, c.witnesses
from placed p
join chosen c on c.identity = p.identity and c.source = p.source
