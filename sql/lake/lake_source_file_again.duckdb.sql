-- name:     lake/lake_source_file_again
-- grain:    one row per stretch of records of a file that told again what was known
-- inputs:   lake_source_file
-- columns:  subject, file_key, row_no, records, first_file_key, first_row_no
select subject, file_key, stretch[1] as row_no, stretch[2] as records, stretch[3] as first_file_key, stretch[4] as first_row_no
from (select subject, data.file_key as file_key, unnest(data.again) as stretch from lake_source_file) as told
