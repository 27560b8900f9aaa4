-- name:     silver/touched_live_match
-- grain:    one row per play that the player showed and the list of recent plays tells too
-- inputs:   touched_live_candidate
-- build:    temp
-- needs:    touched_live_candidate
-- columns:  player_id, recent_id  bigint, the two identities
--           is_start  integer, 1 where the list's stamp is the play's start
-- rule:     One to one: each takes the surest, then ends before starts, then the nearest, where both choose each other; what is left over, as when
--           a track is on repeat and a stamp is a start, chooses once more.
-- source:   docs/decisions/20261123_live_plays.md
with first_choice as (
  select player_id, recent_id, is_start,
    row_number() over (partition by player_id order by doubt, is_start, gap_ms, recent_id) as of_player,
    row_number() over (partition by recent_id order by doubt, is_start, gap_ms, player_id) as of_recent
  from touched_live_candidate
),
first_pair as (select player_id, recent_id, is_start from first_choice where of_player = 1 and of_recent = 1),
second_choice as (
  select c.player_id, c.recent_id, c.is_start,
    row_number() over (partition by c.player_id order by c.doubt, c.is_start, c.gap_ms, c.recent_id) as of_player,
    row_number() over (partition by c.recent_id order by c.doubt, c.is_start, c.gap_ms, c.player_id) as of_recent
  from touched_live_candidate c
  left join first_pair p on p.player_id = c.player_id
  left join first_pair r on r.recent_id = c.recent_id
  where p.player_id is null and r.recent_id is null
)
select player_id, recent_id, is_start from first_pair
union all
select player_id, recent_id, is_start from second_choice where of_player = 1 and of_recent = 1
