-- name:     metrics/ledger_rows
-- question: Which rows stand in a bucket of the ledger?
-- columns:  source | text |  | as in ledger
--           file | text |  | as in ledger
--           row | integer |  | the record's place in the file, from 1; empty: the file does not tell, or there is none
--           rows | integer | rows | of duplicates how many from there on, else 1
--           bucket | text |  | as in ledger
--           ended | instant | UTC | end of the play as the row states it
--           track | text |  | title
--           artist | text |  | artist
--           ms | integer | ms | milliseconds heard
--           play | text |  | id of the play that it is or tells of (metric witnesses, condition play)
--           why | text |  | of which row a duplicate is, how a row was merged, why it was rejected
-- params:   file, bucket, limit
-- order:    source, file, row, bucket; other conditions do not apply
with told as (
  select f.file_key, f.kind, f.file, row_number() over (partition by f.kind, f.file order by f.imported_at_ms, f.file_key) as place
  from raw_source_file f where f.listener in (p_listener(), '') and f.part = 0
),
named as (
  select file_key, kind, file as base_name, place,
    case when place = 1 then file else file || ' (' || cast(place as string) || ')' end as file
  from told
),
ended as (
  select coalesce(n.kind, c.source) as source, coalesce(n.file, '') as file, nullif(r.row_no, 0) as row_no, cast(1 as bigint) as records,
    case when x.play_id is not null then 'excluded by an edit' when m.identity is not null and m.play_id is null then 'unconfirmed'
      when m.identity is not null or p.play_id is null then 'merged'
      when i.kind in ('episode', 'audiobook') then 'podcast' when i.kind <> 'track' then 'no track'
      when p.played_ms < 30000 then 'below the threshold' when c.private then 'private' else 'accepted' end as bucket,
    r.ended_at_ms, i.title, i.artist, r.played_ms, case when m.identity is not null then m.play_id else coalesce(v.play_id, r.identity) end as play_id,
    coalesce(m.how, v.how, case when p.play_id is null and x.play_id is null then 'other details' else '' end) as why
  from raw_play r
  join silver_context c on c.context_key = r.context_key
  join raw_play_item i on i.item_key = r.item_key
  left join named n on n.file_key = r.file_key
  left join silver_play p on p.play_id = r.identity and p.event_id = r.details
  left join silver_merge m on m.identity = r.identity and m.details = r.details
  left join silver_service_merge v on v.identity = r.identity and v.details = r.details
  left join silver_excluded_play x on x.play_id = r.identity and x.event_id = r.details
  where c.listener = p_listener() and (p_file() = '' or coalesce(n.file, '') = p_file())
),
again as (
  select n.kind as source, n.file, a.row_no, a.records, 'duplicate' as bucket, case when a.first_file_key = 0 then 'a row without a file'
    else 'from row ' || cast(a.first_row_no as string) || ' of ' || coalesce(o.file, 'an import that was broken off') end as why
  from raw_source_file_again a
  join named n on n.file_key = a.file_key
  left join named o on o.file_key = a.first_file_key
  where p_file() = '' or n.file = p_file()
),
refused as (
  select j.source, j.file, try_cast(split_part(split_part(j."position", ' ', 2), ',', 1) as bigint) as row_no,
    j.rejects as records, 'rejected' as bucket, j.reason as why
  from silver_reject j where j.listener in (p_listener(), '') and (p_file() = '' or j.file = p_file())
),
listed as (
  select source, file, row_no, records, bucket, ended_at_ms, title, artist, played_ms, play_id, why from ended
  union all
  select source, file, row_no, records, bucket, null, null, null, null, null, why from again
  union all
  select source, file, row_no, records, bucket, null, null, null, null, null, why from refused
)
select source, file, row_no as "row", records as "rows", bucket, ended_at_ms as ended, title as track, artist,
  played_ms as ms, f_hex15(play_id) as play, why
from listed where p_bucket() = '' or bucket = p_bucket()
order by source, file, row_no nulls last, bucket, ended_at_ms nulls last, title nulls last, artist nulls last,
  played_ms nulls last, play_id nulls last, why limit p_limit()
