-- name:     lake/lake_dead_letter
-- grain:    one row per event line of type dead_letter
-- inputs:   segments
-- columns:  id, subject, data (see sql/lake.md)
select id, subject, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR',
    data: 'STRUCT(source VARCHAR, file VARCHAR, "position" VARCHAR, reason VARCHAR, raw VARCHAR)'})
