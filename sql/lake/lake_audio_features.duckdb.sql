-- name:     lake/lake_audio_features
-- grain:    one row per event line of type audio_features
-- inputs:   segments
-- columns:  id, source, date (day of arrival), data (see sql/lake.md)
select id, source, "date", data
from read_json({segments}, format = 'newline_delimited', compression = 'auto_detect', hive_partitioning = true,
  hive_types = {'date': 'DATE', 'type': 'VARCHAR'},
  columns = {id: 'VARCHAR', source: 'VARCHAR', subject: 'VARCHAR',
    data: 'STRUCT(catalogue VARCHAR, track_id VARCHAR, isrc VARCHAR, title VARCHAR, artist VARCHAR, artists VARCHAR[],
      album VARCHAR, release_date VARCHAR, release_year INTEGER, duration_ms BIGINT, popularity INTEGER,
      explicit BOOLEAN, genres VARCHAR[], danceability_e6 BIGINT, energy_e6 BIGINT, loudness_e6 BIGINT,
      speechiness_e6 BIGINT, acousticness_e6 BIGINT, instrumentalness_e6 BIGINT, liveness_e6 BIGINT,
      valence_e6 BIGINT, tempo_e6 BIGINT, key INTEGER, mode INTEGER, time_signature INTEGER)'})
