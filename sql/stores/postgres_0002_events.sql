-- Events of a shared log as they were told (earprint consume --to postgresql://…), and how far the log was read.
create table earprint.events (
  event_id text collate "C" primary key check (event_id ~ '^[0-9a-f]{30}$'),
  type text not null,
  listener text not null,
  source text not null,
  landed_at timestamptz not null default now(),
  -- json, not jsonb: byte for byte what was told, and a title with \u0000 in it is one.
  body json not null
);
create index events_by_listener on earprint.events (listener, type);
comment on table earprint.events is 'One row an event of the log, each once, as it was told; sql/lake.md has the fields of body';
comment on column earprint.events.event_id is 'a hash of what the event states';
comment on column earprint.events.listener is 'whose it is; of audio features the catalogue';
comment on column earprint.events.body is 'the whole event: CloudEvents 1.0, the payload in data';

create table earprint.consumed_offsets (
  log text not null,
  type text not null,
  partition integer not null check (partition >= 0),
  next_offset bigint not null check (next_offset >= 0),
  primary key (log, type, partition)
);
comment on table earprint.consumed_offsets is 'How far each partition of the log is in events; written with them in one transaction';
comment on column earprint.consumed_offsets.log is 'id of the Kafka cluster and prefix of its topics';

create table earprint.event_sink (
  only_one boolean primary key default true check (only_one),
  name text not null default gen_random_uuid()::text
);
comment on table earprint.event_sink is 'By this name those who bring events here share the work';
insert into earprint.event_sink default values;

do $$
begin
  grant select on earprint.events, earprint.consumed_offsets, earprint.event_sink to earprint_reader;
exception when insufficient_privilege or undefined_object then
  raise notice 'no role earprint_reader: an administrator can make it';
end
$$;
