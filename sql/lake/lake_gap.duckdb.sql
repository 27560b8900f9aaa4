-- name:     lake/lake_gap
-- grain:    one row per event line of type gap
-- inputs:   segments
-- columns:  id, subject, source, data (see sql/lake.md)
select id, subject, source, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR',
    data: 'STRUCT(from_ms BIGINT, to_ms BIGINT, reason VARCHAR)'})
