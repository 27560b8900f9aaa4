-- name:     lake/lake_edit
-- grain:    one row per event line of type edit
-- inputs:   segments
-- columns:  id, subject, source, data (see sql/lake.md)
select id, subject, source, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR',
    data: 'STRUCT(kind VARCHAR, stated_at_ms BIGINT, from_ms BIGINT, to_ms BIGINT, at_ms BIGINT, item_id VARCHAR,
      title VARCHAR, artist VARCHAR, platform VARCHAR, country VARCHAR, zone VARCHAR, undoes VARCHAR, items VARCHAR[],
      note VARCHAR)'})
