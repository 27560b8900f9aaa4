-- What a PostgreSQL store holds. Applied once, in one transaction, when a store is first published to; a later change of the schema is
-- another numbered file.
create table earprint.listeners (
  listener text primary key,
  data_version text not null,
  published_at timestamptz not null default now()
);
comment on table earprint.listeners is 'Everyone who is held; all rows of a listener are of this data version';

create table earprint.parts (
  listener text not null references earprint.listeners on delete cascade,
  relation text not null,
  chunk text not null,
  fingerprint text not null,
  row_count bigint not null check (row_count >= 0),
  primary key (listener, relation, chunk)
);
comment on table earprint.parts is 'What tells two states of a part apart; for the publisher';

create table earprint.plays (
  listener text not null,
  part text not null,
  play_id bigint not null,
  ended_at timestamptz not null,
  played_ms bigint not null check (played_ms >= 0),
  is_track boolean not null,
  track_key bigint not null,
  track_id text,
  title text,
  artist text,
  album text,
  source text not null,
  platform text,
  country text,
  reason_start text,
  reason_end text,
  shuffle boolean,
  was_skipped boolean not null,
  offline boolean,
  witnesses bigint not null check (witnesses > 0),
  primary key (listener, play_id, ended_at)
) partition by range (ended_at);
create index plays_by_time on earprint.plays (listener, ended_at desc);
comment on table earprint.plays is 'One row a play; a partition a month. Streams are plays with is_track and played_ms >= 30000';
comment on column earprint.plays.ended_at is 'END of the play';
comment on column earprint.plays.played_ms is 'milliseconds heard';
comment on column earprint.plays.part is 'month of ended_at, UTC';
comment on column earprint.plays.source is 'the richest witness: extended, csv, account, player or recent';
comment on column earprint.plays.was_skipped is 'as the source says, or since the forward button ended it';
comment on column earprint.plays.witnesses is 'how many events tell of the play';

create table earprint.tracks (
  listener text not null references earprint.listeners on delete cascade,
  part text not null,
  track_key bigint not null,
  track_id text check (track_id is null or track_id <> ''),
  title text,
  artist text,
  album text,
  isrc text,
  release_year bigint,
  genres text[],
  features_provenance text,
  features_catalogue text,
  features_danceability numeric(14, 6),
  features_energy numeric(14, 6),
  features_loudness numeric(14, 6),
  features_speechiness numeric(14, 6),
  features_acousticness numeric(14, 6),
  features_instrumentalness numeric(14, 6),
  features_liveness numeric(14, 6),
  features_valence numeric(14, 6),
  features_tempo numeric(14, 6),
  features_key bigint,
  features_mode bigint,
  features_time_signature bigint,
  primary key (listener, track_key)
);
create index tracks_by_id on earprint.tracks (listener, track_id);
comment on table earprint.tracks is 'Tracks that the listener played or has in a playlist, with what is known of their sound';
comment on column earprint.tracks.features_provenance is 'how they were found: spotify, catalogue id, isrc, catalogue names, reccobeats';

create table earprint.playlists (
  listener text not null references earprint.listeners on delete cascade,
  part text not null,
  playlist_no bigint not null,
  playlist_id text,
  source text not null,
  name text,
  ended_at timestamptz,
  primary key (listener, playlist_no)
);
comment on table earprint.playlists is 'Playlists of the listener, those that are no more too';

create table earprint.playlist_tracks (
  listener text not null,
  part text not null,
  playlist_no bigint not null,
  track_key bigint not null,
  track_id text,
  title text,
  artist text,
  added_at timestamptz,
  times bigint not null check (times > 0),
  primary key (listener, playlist_no, track_key),
  foreign key (listener, playlist_no) references earprint.playlists on delete cascade deferrable initially deferred
);
comment on table earprint.playlist_tracks is 'Which tracks are in a playlist now';

create table earprint.metrics (
  listener text not null references earprint.listeners on delete cascade,
  key text not null,
  metric text not null,
  conditions jsonb not null,
  columns jsonb not null,
  rows jsonb not null,
  limits jsonb not null,
  primary key (listener, key)
);
create index metrics_by_name on earprint.metrics (listener, metric);
comment on table earprint.metrics is 'One row an answer: the metric, the conditions it was asked under, its columns and rows';
comment on column earprint.metrics.key is 'made of metric and conditions';

create table earprint.slices (
  listener text not null references earprint.listeners on delete cascade,
  relation text not null,
  chunk text not null,
  fingerprint text not null,
  bytes bytea not null,
  primary key (listener, relation, chunk)
);
comment on table earprint.slices is 'From these a server answers every other question: earprint serve --store';
alter table earprint.slices alter column bytes set storage external;

-- A role to be granted to those who read, with no right to write. Making it needs a right that not every publisher has.
do $$
begin
  if not exists (select from pg_roles where rolname = 'earprint_reader') then
    create role earprint_reader nologin;
  end if;
  grant usage on schema earprint to earprint_reader;
  grant select on all tables in schema earprint to earprint_reader;
exception when insufficient_privilege or duplicate_object or unique_violation then
  raise notice 'no role earprint_reader: an administrator can make it';
end
$$;
