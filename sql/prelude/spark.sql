-- name:     prelude/spark
-- grain:    functions that the shared SQL files call, in Spark's words; prelude/duckdb.sql has the same names
-- inputs:
-- columns:
SET spark.sql.session.timeZone=UTC;
SET spark.sql.timestampType=TIMESTAMP_NTZ;
SET spark.sql.parser.escapedStringLiterals=true;
SET spark.sql.ansi.doubleQuotedIdentifiers=true;
CREATE OR REPLACE TEMPORARY FUNCTION f_id(s STRING) RETURNS BIGINT RETURN CAST(conv(substr(md5(s), 1, 15), 16, 10) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_hex60(s STRING) RETURNS BIGINT RETURN CAST(conv(s, 16, 10) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_hex15(n BIGINT) RETURNS STRING RETURN lpad(lower(hex(n)), 15, '0');
CREATE OR REPLACE TEMPORARY FUNCTION f_idiv(a BIGINT, b BIGINT) RETURNS BIGINT RETURN a DIV b;
CREATE OR REPLACE TEMPORARY FUNCTION f_rdiv(a DECIMAL(36,0), b DECIMAL(36,0)) RETURNS BIGINT
  RETURN CAST((a * 2 + b * CASE WHEN a < 0 THEN -1 ELSE 1 END) DIV (b * 2) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_quant(x DOUBLE, scale BIGINT) RETURNS BIGINT
  RETURN CAST(floor(x * CAST(scale AS DOUBLE) + 0.5D) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_epoch_day(d DATE) RETURNS INT RETURN datediff(d, DATE '1970-01-01');
CREATE OR REPLACE TEMPORARY FUNCTION f_date(n INT) RETURNS DATE RETURN DATE '1970-01-01' + n;
CREATE OR REPLACE TEMPORARY FUNCTION f_replace_all(s STRING, p STRING, r STRING) RETURNS STRING RETURN regexp_replace(s, p, r);
CREATE OR REPLACE TEMPORARY FUNCTION f_lower(s STRING) RETURNS STRING RETURN translate(lower(translate(s, 'İ', 'I')), 'ς', 'σ');
CREATE OR REPLACE TEMPORARY FUNCTION f_unaccent(s STRING) RETURNS STRING RETURN f_replace_all(translate(s,
  'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľłńņňōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ',
  'aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghhiiiiijkllllnnnooorrrsssstttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy'), '[\x{300}-\x{36F}]+', '');
CREATE OR REPLACE TEMPORARY FUNCTION f_norm(s STRING) RETURNS STRING RETURN coalesce(nullif(trim(BOTH ' ' FROM f_replace_all(f_replace_all(f_replace_all(f_replace_all(
  f_unaccent(f_lower(s)),
  '[\(\[](feat\.?|ft\.?|featuring|with) [^\)\]]*[\)\]]', ' '),
  '(?:(?: - *| *[\(\[] *)(?:(?:digital(?:ly)?|version|[0-9]{4})[ /-]+)*(?:remaster(?:ed|izado)?|mono|stereo)(?:[ /-]+(?:digital(?:ly)?|version|[0-9]{4}|remaster(?:ed|izado)?|mono|stereo))* *[\)\]]?)+ *$', ' '),
  '[\t\n\r !-/:-@\[-`{-~\x{A0}\x{A1}\x{A7}\x{AB}\x{B4}\x{B6}\x{B7}\x{BB}\x{BF}\x{2000}-\x{206F}\x{3000}-\x{3003}\x{3008}-\x{3011}\x{3014}-\x{301F}\x{30FB}\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF20}]+', ' '),
  '^ *the ', '')), ''), f_lower(s));
CREATE OR REPLACE TEMPORARY FUNCTION f_track_key(item_id STRING, title STRING, artist STRING) RETURNS BIGINT
  RETURN f_id(CASE WHEN item_id IS NOT NULL THEN item_id
    ELSE f_lower(coalesce(artist, '')) || chr(31) || f_lower(coalesce(title, '')) END);
CREATE OR REPLACE TEMPORARY FUNCTION f_album_key(album STRING, artist STRING) RETURNS BIGINT
  RETURN f_id(coalesce(album, '') || chr(31) || coalesce(artist, ''));
CREATE OR REPLACE TEMPORARY FUNCTION f_name_key(title STRING, artist STRING) RETURNS BIGINT
  RETURN f_id(f_norm(nullif(title, '')) || chr(31) || f_norm(nullif(artist, '')));
CREATE OR REPLACE TEMPORARY FUNCTION f_lead_key(title STRING, artist STRING) RETURNS BIGINT RETURN f_id(f_norm(title) || chr(31) ||
  f_norm(f_replace_all(f_lower(artist), '( feat\.? | ft\.? | featuring |, | & | • | with ).*$', '')));
CREATE OR REPLACE TEMPORARY FUNCTION f_told_as(source STRING) RETURNS STRING RETURN case when source in ('player', 'recent') then 'live'
  when source in ('listenbrainz', 'lastfm', 'maloja', 'koito') then 'service' else 'export' end;
CREATE OR REPLACE TEMPORARY FUNCTION f_bin_low(feature STRING) RETURNS BIGINT RETURN case feature when 'loudness' then -60000 when 'tempo' then 40000 when 'key' then 0 when 'mode' then 0 when 'time_signature' then 0 else 0 end;
CREATE OR REPLACE TEMPORARY FUNCTION f_bin_width(feature STRING) RETURNS BIGINT RETURN case feature when 'loudness' then 3000 when 'tempo' then 10000 when 'key' then 1000 when 'mode' then 1000 when 'time_signature' then 1000 else 50 end;
CREATE OR REPLACE TEMPORARY FUNCTION f_bins(feature STRING) RETURNS BIGINT RETURN case feature when 'loudness' then 20 when 'tempo' then 20 when 'key' then 12 when 'mode' then 2 when 'time_signature' then 8 else 20 end;
CREATE OR REPLACE TEMPORARY FUNCTION f_unit(feature STRING) RETURNS STRING RETURN case feature when 'loudness' then 'dB' when 'tempo' then 'BPM' when 'key' then 'pitch class' when 'mode' then '0/1' when 'time_signature' then 'beats' else '0..1' end;
CREATE OR REPLACE TEMPORARY FUNCTION f_feature_no(feature STRING) RETURNS INT RETURN case feature when 'danceability' then 0 when 'energy' then 1 when 'loudness' then 2 when 'speechiness' then 3 when 'acousticness' then 4 when 'instrumentalness' then 5 when 'liveness' then 6 when 'valence' then 7 when 'tempo' then 8 when 'key' then 9 when 'mode' then 10 when 'time_signature' then 11 end;
CREATE OR REPLACE TEMPORARY FUNCTION f_feature(no INT) RETURNS STRING RETURN case no when 0 then 'danceability' when 1 then 'energy' when 2 then 'loudness' when 3 then 'speechiness' when 4 then 'acousticness' when 5 then 'instrumentalness' when 6 then 'liveness' when 7 then 'valence' when 8 then 'tempo' when 9 then 'key' when 10 then 'mode' when 11 then 'time_signature' end;
CREATE OR REPLACE TEMPORARY FUNCTION f_pick(no INT, v0 DECIMAL(38, 0), v1 DECIMAL(38, 0), v2 DECIMAL(38, 0), v3 DECIMAL(38, 0), v4 DECIMAL(38, 0), v5 DECIMAL(38, 0), v6 DECIMAL(38, 0), v7 DECIMAL(38, 0), v8 DECIMAL(38, 0), v9 DECIMAL(38, 0), v10 DECIMAL(38, 0), v11 DECIMAL(38, 0)) RETURNS DECIMAL(38, 0) RETURN CASE no WHEN 0 THEN v0 WHEN 1 THEN v1 WHEN 2 THEN v2 WHEN 3 THEN v3 WHEN 4 THEN v4 WHEN 5 THEN v5 WHEN 6 THEN v6 WHEN 7 THEN v7 WHEN 8 THEN v8 WHEN 9 THEN v9 WHEN 10 THEN v10 WHEN 11 THEN v11 END;
CREATE OR REPLACE TEMPORARY FUNCTION f_period_day(day INT) RETURNS BIGINT RETURN CAST(f_epoch_day(CAST(date_trunc('day', f_date(day)) AS DATE)) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_period_week(day INT) RETURNS BIGINT RETURN CAST(f_epoch_day(CAST(date_trunc('week', f_date(day)) AS DATE)) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_period_month(day INT) RETURNS BIGINT RETURN CAST(f_epoch_day(CAST(date_trunc('month', f_date(day)) AS DATE)) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_period_quarter(day INT) RETURNS BIGINT RETURN CAST(f_epoch_day(CAST(date_trunc('quarter', f_date(day)) AS DATE)) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_period_year(day INT) RETURNS BIGINT RETURN CAST(f_epoch_day(CAST(date_trunc('year', f_date(day)) AS DATE)) AS BIGINT);
CREATE OR REPLACE TEMPORARY FUNCTION f_weight_plays(plays BIGINT, ms BIGINT) RETURNS BIGINT RETURN plays;
CREATE OR REPLACE TEMPORARY FUNCTION f_weight_ms(plays BIGINT, ms BIGINT) RETURNS BIGINT RETURN ms;
