-- An answer that is read by itself says of which data it is.
alter table earprint.metrics add column data_version text not null default '';
comment on column earprint.metrics.data_version is 'of the data that the answer is of: the one of its listener';
update earprint.metrics m set data_version = l.data_version from earprint.listeners l where l.listener = m.listener;
