-- name:     lake/lake_source_file
-- grain:    one row per event line of type source_file
-- inputs:   segments
-- columns:  id, subject, data (see sql/lake.md)
select id, subject, data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = false,
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR',
    data: 'STRUCT(file_key BIGINT, file VARCHAR, kind VARCHAR, imported_at_ms BIGINT, part BIGINT, "read" BIGINT,
      accepted BIGINT, retold BIGINT, duplicate BIGINT, rejected BIGINT, again BIGINT[][])'})
