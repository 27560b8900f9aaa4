-- What each column means, for who reads the schema (\d+ earprint.plays). A partition that is made from now on has them too.
comment on schema earprint is 'What Earprint published: plays, tracks, playlists and answers, listener by listener';
comment on table earprint.migrations is 'Which changes of the schema were applied';
comment on column earprint.migrations.number is 'of the file of the change';
comment on column earprint.migrations.name is 'of the file of the change';
comment on column earprint.migrations.applied_at is 'when it was applied';

comment on column earprint.listeners.listener is 'name of the listener';
comment on column earprint.listeners.data_version is 'of the data that all rows of the listener are of';
comment on column earprint.listeners.published_at is 'when that was published';

comment on column earprint.parts.listener is 'whose part it is';
comment on column earprint.parts.relation is 'table that it lies in, slice/<table>, or answers';
comment on column earprint.parts.chunk is 'which part of the table: a month, a sixteenth, a key';
comment on column earprint.parts.fingerprint is 'another where the part is another';
comment on column earprint.parts.row_count is 'rows of the part';

comment on column earprint.plays.listener is 'who played';
comment on column earprint.plays.play_id is 'the identity that the play''s witnesses share';
comment on column earprint.plays.is_track is 'music rather than an episode or what no source tells';
comment on column earprint.plays.track_key is 'the track, in tracks';
comment on column earprint.plays.track_id is 'Spotify''s id of the track; null where no source knows it';
comment on column earprint.plays.title is 'title of the track or the episode';
comment on column earprint.plays.artist is 'first artist of the track, or the show of the episode';
comment on column earprint.plays.album is 'album of the track';
comment on column earprint.plays.platform is 'what it was played on, as the source says';
comment on column earprint.plays.country is 'where it was played: ISO 3166-1 alpha-2';
comment on column earprint.plays.reason_start is 'why it began, as the source says';
comment on column earprint.plays.reason_end is 'why it ended, as the source says';
comment on column earprint.plays.shuffle is 'in shuffled order; null where no source tells';
comment on column earprint.plays.offline is 'without a network; null where no source tells';

comment on column earprint.tracks.listener is 'whose track it is: each listener has rows of their own';
comment on column earprint.tracks.part is 'which sixteenth of the tracks; for the publisher';
comment on column earprint.tracks.track_key is 'key of the id, else of title and artist';
comment on column earprint.tracks.track_id is 'Spotify''s id; null where no source knows it';
comment on column earprint.tracks.title is 'title of the track';
comment on column earprint.tracks.artist is 'first artist';
comment on column earprint.tracks.album is 'album of the track';
comment on column earprint.tracks.isrc is 'the recording';
comment on column earprint.tracks.release_year is 'year of release';
comment on column earprint.tracks.genres is 'genres, as catalogues tell them';
comment on column earprint.tracks.features_catalogue is 'who told the features';
comment on column earprint.tracks.features_danceability is '0 to 1';
comment on column earprint.tracks.features_energy is '0 to 1';
comment on column earprint.tracks.features_loudness is 'dB, mostly -60 to 0';
comment on column earprint.tracks.features_speechiness is '0 to 1';
comment on column earprint.tracks.features_acousticness is '0 to 1';
comment on column earprint.tracks.features_instrumentalness is '0 to 1';
comment on column earprint.tracks.features_liveness is '0 to 1';
comment on column earprint.tracks.features_valence is '0 (sad) to 1 (glad)';
comment on column earprint.tracks.features_tempo is 'beats per minute';
comment on column earprint.tracks.features_key is 'pitch class: 0 is C, 1 is C sharp';
comment on column earprint.tracks.features_mode is '1 major, 0 minor';
comment on column earprint.tracks.features_time_signature is 'beats in a bar';

comment on column earprint.playlists.listener is 'whose playlist it is';
comment on column earprint.playlists.part is 'for the publisher';
comment on column earprint.playlists.playlist_no is 'key of the playlist';
comment on column earprint.playlists.playlist_id is 'as its source names it';
comment on column earprint.playlists.source is 'spotify or account';
comment on column earprint.playlists.name is 'as last stated';
comment on column earprint.playlists.ended_at is 'when it was no longer among the listener''s; null while it is';

comment on column earprint.playlist_tracks.listener is 'whose playlist it is';
comment on column earprint.playlist_tracks.part is 'for the publisher';
comment on column earprint.playlist_tracks.playlist_no is 'the playlist, in playlists';
comment on column earprint.playlist_tracks.track_key is 'the track, in tracks';
comment on column earprint.playlist_tracks.track_id is 'Spotify''s id; null where no source knows it';
comment on column earprint.playlist_tracks.title is 'title of the track';
comment on column earprint.playlist_tracks.artist is 'first artist';
comment on column earprint.playlist_tracks.added_at is 'when it was first added; null where it is not told';
comment on column earprint.playlist_tracks.times is 'how often it stands in the list';

comment on column earprint.metrics.listener is 'of whom the answer tells';
comment on column earprint.metrics.metric is 'name of the question';
comment on column earprint.metrics.conditions is 'under which it was asked: an object';
comment on column earprint.metrics.columns is 'name, type, unit and meaning of each column: an array';
comment on column earprint.metrics.rows is 'an array of arrays, a cell for each column';
comment on column earprint.metrics.limits is 'what stands beside the figures: coverage, rejects, gaps, estimates';

comment on column earprint.slices.listener is 'whose rows they are';
comment on column earprint.slices.relation is 'slice/<table of the warehouse>';
comment on column earprint.slices.chunk is 'which part of the table';
comment on column earprint.slices.fingerprint is 'of the part that the bytes are of';
comment on column earprint.slices.bytes is 'a Parquet file, or the statements that make the tables';

comment on column earprint.events.type is 'type of the event: play, gap, …';
comment on column earprint.events.source is 'which feed told it';
comment on column earprint.events.landed_at is 'when it came to be here';

comment on column earprint.consumed_offsets.type is 'type of the events; a topic for each';
comment on column earprint.consumed_offsets.partition is 'of the topic';
comment on column earprint.consumed_offsets.next_offset is 'the first that is not in events yet';

comment on column earprint.event_sink.only_one is 'true: there is one row';
comment on column earprint.event_sink.name is 'a name that no other store has';
