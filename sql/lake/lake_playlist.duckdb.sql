-- name:     lake/lake_playlist
-- grain:    one row per event line of type playlist
-- inputs:   segments
-- columns:  id, subject, source, stated_at_ms, data (see sql/lake.md)
select id, subject, source, epoch_ms(try_cast(time as timestamp)) as stated_at_ms, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR', time: 'VARCHAR',
    data: 'STRUCT(playlist_id VARCHAR, name VARCHAR, modified VARCHAR, held VARCHAR,
      tracks STRUCT(item_id VARCHAR, title VARCHAR, artist VARCHAR, album VARCHAR, added VARCHAR, kind VARCHAR, isrc VARCHAR)[])'})
