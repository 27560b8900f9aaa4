-- name:     raw/raw_source_file_again
-- grain:    one row per stretch of records of an imported file that told again, one for one, what other records had told
-- inputs:   lake_source_file_again
-- build:    append
-- columns:  file_key        bigint, the file (raw_source_file)
--           row_no          bigint, the first record of the stretch, from 1
--           records         bigint, how many
--           first_file_key  bigint, the file whose records they tell again; 0 where that was none, or was not noted
--           first_row_no    bigint, the first of these
-- checks:   unique(file_key, row_no)
select p_load_no() as load_no, subject as listener, file_key, row_no, records, first_file_key, first_row_no
from lake_source_file_again
