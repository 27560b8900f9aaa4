-- name:     metrics/ledger
-- question: Where did every row of every source end?
-- columns:  source | text |  | what the file was read as; of rows without a file the source of the play
--           file | text |  | file name, numbered where several have it; empty: Spotify's Web API, an import that was broken off
--           bucket | text |  | one of those below; those of a file add up to its rows
--           rows | integer | rows | source rows that ended there
-- order:    source, file, bucket; conditions do not apply
-- rule:     accepted: a stream, or a record that is no play. below the threshold: a play of less than 30 s. private: a stream in
--           a private session; it counts like the others. podcast: an episode or a chapter. no track: a play whose source
--           names none. merged: tells of a play that another row tells better. unconfirmed: nothing in a span that a richer
--           source covers agrees with it. duplicate: what a row before it told, word for word. excluded by an edit: a correction takes the play out of every figure. rejected: metric rejects
--           tells why. `ledger_rows` lists the rows.
with told as (
  select f.file_key, f.kind, f.file, f.accepted, f.retold, f.duplicate, f.rejected,
    row_number() over (partition by f.kind, f.file order by f.imported_at_ms, f.file_key) as place
  from raw_source_file f where f.listener in (p_listener(), '') and f.part = 0
),
named as (
  select file_key, kind, case when place = 1 then file else file || ' (' || cast(place as string) || ')' end as file,
    accepted, retold, duplicate, rejected
  from told
),
ended as (
  select r.file_key, c.source, case when x.play_id is not null then 'excluded by an edit' when m.identity is not null and m.play_id is null then 'unconfirmed'
      when m.identity is not null or p.play_id is null then 'merged'
      when i.kind in ('episode', 'audiobook') then 'podcast' when i.kind <> 'track' then 'no track'
      when p.played_ms < 30000 then 'below the threshold' when c.private then 'private' else 'accepted' end as bucket
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  join raw_play_item i on i.item_key = r.item_key
  left join silver_play p on p.play_id = r.identity and p.event_id = r.details
  left join silver_merge m on m.identity = r.identity and m.details = r.details
  left join silver_excluded_play x on x.play_id = r.identity and x.event_id = r.details
  where c.listener = p_listener()
),
play_row as (
  select n.file_key, coalesce(n.kind, e.source) as source, coalesce(n.file, '') as file, e.bucket, count(*) as counted
  from ended e left join named n on n.file_key = e.file_key
  group by n.file_key, coalesce(n.kind, e.source), coalesce(n.file, ''), e.bucket
),
of_plays as (select file_key, sum(counted) as counted from play_row where file_key is not null group by file_key),
row_count as (
  select source, file, bucket, counted from play_row
  union all
  select n.kind, n.file, 'accepted', n.accepted + n.retold - coalesce(p.counted, 0)
  from named n left join of_plays p on p.file_key = n.file_key
  union all
  select kind, file, 'duplicate', duplicate from named
  union all
  select kind, file, 'rejected', rejected from named
)
select source, file, bucket, cast(sum(counted) as bigint) as "rows"
from row_count where counted > 0 group by source, file, bucket order by source, file, bucket
