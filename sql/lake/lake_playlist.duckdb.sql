-- name:     lake/lake_playlist
-- grain:    one row per event line of type playlist
-- inputs:   segments
-- columns:  id, subject, data (see sql/lake.md)
select id, subject, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR',
    data: 'STRUCT(playlist_id VARCHAR, name VARCHAR, modified VARCHAR,
      tracks STRUCT(item_id VARCHAR, title VARCHAR, artist VARCHAR, album VARCHAR, added VARCHAR)[])'})
