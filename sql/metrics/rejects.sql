-- name:     metrics/rejects
-- question: Which records were refused, and why?
-- columns:  source | text |  | what the file was read as
--           file | text |  | file name
--           position | text |  | place in the file
--           reason | text |  | why
--           count | integer | records | how many
-- order:    source, file, position; conditions do not apply
select source, file, "position", reason, rejects as count
from silver_reject where listener in (p_listener(), '')
order by source, file, length("position"), "position", reason limit 10000
