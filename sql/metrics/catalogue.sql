-- name:     metrics/catalogue
-- question: Which catalogues of audio features are there?
-- columns:  catalogue | text |  | name
--           tracks | integer | tracks | tracks it tells of
--           conflicts | integer | tracks | track ids on which it and another statement differ
--           added | date |  | day of its first import
-- order:    catalogue; conditions do not apply
select catalogue, tracks, conflicts, f_idiv(added_ms, 86400000) as added from silver_catalogue order by catalogue
