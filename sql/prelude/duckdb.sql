-- name:     prelude/duckdb
-- grain:    functions that the shared SQL files call, in DuckDB's words; prelude/spark.sql has the same names
-- inputs:
-- columns:
create or replace temp macro f_id(s) as cast('0x' || substr(md5(s), 1, 15) as bigint);
create or replace temp macro f_hex60(s) as cast('0x' || s as bigint);
create or replace temp macro f_hex15(n) as lpad(lower(hex(n)), 15, '0');
create or replace temp macro f_idiv(a, b) as cast(a as bigint) // cast(b as bigint);
create or replace temp macro f_rdiv(a, b) as
  cast((cast(a as hugeint) * 2 + cast(b as hugeint) * case when a < 0 then -1 else 1 end) // (cast(b as hugeint) * 2) as bigint);
create or replace temp macro f_quant(x, scale) as
  cast(floor(cast(x as double) * cast(scale as double) + 0.5e0) as bigint);
create or replace temp macro f_epoch_day(d) as cast(cast(d as date) - date '1970-01-01' as integer);
create or replace temp macro f_date(n) as date '1970-01-01' + cast(n as integer);
create or replace temp macro f_replace_all(s, p, r) as regexp_replace(s, p, r, 'g');
-- translate() builds its table anew for every row, so plain ASCII goes past it.
create or replace temp macro f_lower(s) as case when regexp_matches(s, '[^ -~]')
  then translate(lower(translate(s, 'İ', 'I')), 'ς', 'σ') else lower(s) end;
-- A table is built anew for every row here too, so the long one waits for letters that need it.
create or replace temp macro f_unaccent(s) as case when not regexp_matches(s, '[^ -~]') then s else f_replace_all(
  case when regexp_matches(s, '[\x{100}-\x{24F}\x{1E00}-\x{1EFF}]') then translate(s,
  'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįıĵķĺļľłńņňōŏőŕŗřśŝşšţťŧũūŭůűųŵŷźżžơưǎǐǒǔǖǘǚǜǟǡǧǩǫǭǰǵǹǻȁȃȅȇȉȋȍȏȑȓȕȗșțȟȧȩȫȭȯȱȳḁḃḅḇḉḋḍḏḑḓḕḗḙḛḝḟḡḣḥḧḩḫḭḯḱḳḵḷḹḻḽḿṁṃṅṇṉṋṍṏṑṓṕṗṙṛṝṟṡṣṥṧṩṫṭṯṱṳṵṷṹṻṽṿẁẃẅẇẉẋẍẏẑẓẕẖẗẘẙạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ',
  'aaaaaaceeeeiiiinoooooouuuuyyaaaccccddeeeeegggghhiiiiijkllllnnnooorrrsssstttuuuuuuwyzzzouaiouuuuuaagkoojgnaaaeeiioorruusthaeooooyabbbcdddddeeeeefghhhhhiikkkllllmmmnnnnoooopprrrrsssssttttuuuuuvvwwwwwxxyzzzhtwyaaaaaaaaaaaaeeeeeeeeiioooooooooooouuuuuuuyyyy')
  else translate(s, 'àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ', 'aaaaaaceeeeiiiinoooooouuuuyy') end, '[\x{300}-\x{36F}]+', '') end;
-- What a title is called whatever its edition, by the rule in docs/features.md: no "- 2011 Remaster", "(feat. X)", "[Mono]",
-- punctuation or accents. What changes the sound (live, remix, acoustic, radio edit) stays.
create or replace temp macro f_norm(s) as coalesce(nullif(trim(both ' ' from f_replace_all(f_replace_all(f_replace_all(f_replace_all(
  f_unaccent(f_lower(s)),
  '[\(\[](feat\.?|ft\.?|featuring|with) [^\)\]]*[\)\]]', ' '),
  '(?:(?: - *| *[\(\[] *)(?:(?:digital(?:ly)?|version|[0-9]{4})[ /-]+)*(?:remaster(?:ed|izado)?|mono|stereo)(?:[ /-]+(?:digital(?:ly)?|version|[0-9]{4}|remaster(?:ed|izado)?|mono|stereo))* *[\)\]]?)+ *$', ' '),
  '[\t\n\r !-/:-@\[-`{-~\x{A0}\x{A1}\x{A7}\x{AB}\x{B4}\x{B6}\x{B7}\x{BB}\x{BF}\x{2000}-\x{206F}\x{3000}-\x{3003}\x{3008}-\x{3011}\x{3014}-\x{301F}\x{30FB}\x{FF01}-\x{FF0F}\x{FF1A}-\x{FF20}]+', ' '),
  '^ *the ', '')), ''), f_lower(s));
create or replace temp macro f_track_key(item_id, title, artist) as f_id(case when item_id is not null then item_id
  else f_lower(coalesce(artist, '')) || chr(31) || f_lower(coalesce(title, '')) end);
create or replace temp macro f_album_key(album, artist) as f_id(coalesce(album, '') || chr(31) || coalesce(artist, ''));
-- Null unless both are told; not a CASE, in which the engine would work out its repeated parts again and again.
create or replace temp macro f_name_key(title, artist) as
  f_id(f_norm(nullif(title, '')) || chr(31) || f_norm(nullif(artist, '')));
-- A track as any service spells it: its title, and the artist named first ("A feat. B" and "A & B" are A).
create or replace temp macro f_lead_key(title, artist) as f_id(f_norm(title) || chr(31) ||
  f_norm(f_replace_all(f_lower(artist), '( feat\.? | ft\.? | featuring |, | & | • | with ).*$', '')));
-- By what its source is: live, another service's history, or an export.
create or replace temp macro f_told_as(source) as case when source in ('player', 'recent') then 'live'
  when source in ('listenbrainz', 'lastfm', 'maloja', 'koito') then 'service' else 'export' end;
-- Bins of a feature: lowest edge and width in thousandths, and how many there are.
create or replace temp macro f_bin_low(feature) as cast(case feature when 'loudness' then -60000 when 'tempo' then 40000 when 'key' then 0 when 'mode' then 0 when 'time_signature' then 0 else 0 end as bigint);
create or replace temp macro f_bin_width(feature) as cast(case feature when 'loudness' then 3000 when 'tempo' then 10000 when 'key' then 1000 when 'mode' then 1000 when 'time_signature' then 1000 else 50 end as bigint);
create or replace temp macro f_bins(feature) as cast(case feature when 'loudness' then 20 when 'tempo' then 20 when 'key' then 12 when 'mode' then 2 when 'time_signature' then 8 else 20 end as bigint);
create or replace temp macro f_unit(feature) as case feature when 'loudness' then 'dB' when 'tempo' then 'BPM' when 'key' then 'pitch class' when 'mode' then '0/1' when 'time_signature' then 'beats' else '0..1' end;
create or replace temp macro f_feature_no(feature) as case feature when 'danceability' then 0 when 'energy' then 1 when 'loudness' then 2 when 'speechiness' then 3 when 'acousticness' then 4 when 'instrumentalness' then 5 when 'liveness' then 6 when 'valence' then 7 when 'tempo' then 8 when 'key' then 9 when 'mode' then 10 when 'time_signature' then 11 end;
create or replace temp macro f_feature(no) as case no when 0 then 'danceability' when 1 then 'energy' when 2 then 'loudness' when 3 then 'speechiness' when 4 then 'acousticness' when 5 then 'instrumentalness' when 6 then 'liveness' when 7 then 'valence' when 8 then 'tempo' when 9 then 'key' when 10 then 'mode' when 11 then 'time_signature' end;
-- The value of one feature out of a row that tells all twelve, in their order.
create or replace temp macro f_pick(no, v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11) as case no when 0 then v0 when 1 then v1 when 2 then v2 when 3 then v3 when 4 then v4 when 5 then v5 when 6 then v6 when 7 then v7 when 8 then v8 when 9 then v9 when 10 then v10 when 11 then v11 end;
-- The first day of the period that a day lies in, and the weight of plays: f_period and f_weight of a metric are one of these.
create or replace temp macro f_period_day(day) as cast(f_epoch_day(date_trunc('day', f_date(day))) as bigint);
create or replace temp macro f_period_week(day) as cast(f_epoch_day(date_trunc('week', f_date(day))) as bigint);
create or replace temp macro f_period_month(day) as cast(f_epoch_day(date_trunc('month', f_date(day))) as bigint);
create or replace temp macro f_period_quarter(day) as cast(f_epoch_day(date_trunc('quarter', f_date(day))) as bigint);
create or replace temp macro f_period_year(day) as cast(f_epoch_day(date_trunc('year', f_date(day))) as bigint);
create or replace temp macro f_weight_plays(plays, ms) as plays;
create or replace temp macro f_weight_ms(plays, ms) as ms;
