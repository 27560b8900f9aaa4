-- name:     lake/lake_play
-- grain:    one row per event line of type play
-- inputs:   segments
-- columns:  id, source, subject, data (see sql/lake.md)
select id, source, subject, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR',
    data: 'STRUCT(kind VARCHAR, ended_at_ms BIGINT, played_ms BIGINT, ended_precision_ms BIGINT, twin INTEGER,
      item_id VARCHAR, title VARCHAR, artist VARCHAR, album VARCHAR, platform VARCHAR, country VARCHAR,
      reason_start VARCHAR, reason_end VARCHAR, shuffle BOOLEAN, skipped BOOLEAN, offline BOOLEAN,
      private BOOLEAN, offline_at_ms BIGINT, video BOOLEAN)'})
