-- name:     lake/lake_spotify_list
-- grain:    one row per event line of type spotify_list
-- inputs:   segments
-- columns:  id, subject, stated_at_ms, data (see sql/lake.md)
select id, subject, epoch_ms(try_cast(time as timestamp)) as stated_at_ms, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', subject: 'VARCHAR', time: 'VARCHAR',
    data: 'STRUCT(list VARCHAR, range VARCHAR, things STRUCT(id VARCHAR, name VARCHAR, artist VARCHAR)[])'})
