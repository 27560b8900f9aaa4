#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/lake/text_pool.hpp"
#include "base/hash.hpp"
#include "model/event.hpp"
#include "model/feature_fact.hpp"

namespace earprint::audit {

/// What was played, as one source spells it; texts by their number in LakeEvents::texts.
struct Spelling {
  std::uint32_t kind = kNone, item_id = kNone, title = kNone, artist = kNone, album = kNone, isrc = kNone;
  std::uint32_t track = kNone;     ///< number of LakeEvents::track_keys
  std::uint32_t artist_no = 0;     ///< its text, or that of an artist who is not told ("")
  std::uint32_t album_no = kNone;  ///< number of LakeEvents::album_keys; kNone where no album is told
  std::uint32_t names = 0;         ///< its title and artist in lower case, by number
};

/// What kind of witness a source is.
enum class ToldAs : std::uint8_t {
  kExport,
  kLive,     ///< Spotify's list of recent plays, or looks at the player
  kService,  ///< another service's history
};

/// Who told of a play, and how it went; texts by number.
struct Circumstances {
  std::uint32_t listener = kNone, source = kNone, platform = kNone, country = kNone, reason_start = kNone,
                reason_end = kNone;
  std::optional<bool> shuffle, skipped, offline, is_private;
  ToldAs told_as = ToldAs::kExport;
};

/// A statement about a play: the fields that all of them have.
struct PlayEvent {
  model::EventId id;
  std::uint32_t spelling = 0;       ///< LakeEvents::spellings
  std::uint32_t circumstances = 0;  ///< LakeEvents::circumstances
  std::int64_t ended_at_ms = 0, played_ms = 0;
  std::int64_t precision_ms = 1'000;  ///< of the end
  std::uint32_t file = 0, row = 0;    ///< place in LakeEvents::file_keys, and which of its records; 0: none
};

/// A statement of a live source, with what only these tell; 0 where it is not told.
struct LiveEvent : PlayEvent {
  bool is_player = false;  ///< else of Spotify's list of recent plays
  bool is_skipped = false;
  std::int64_t began_at_ms = 0, looked_before_ms = 0, last_seen_ms = 0, looked_after_ms = 0, shown_at_ms = 0;
  std::int64_t twin = 0;
};

/// A statement of another service's history. Source: docs/decisions/20261128_other_histories.md
struct ServiceEvent : PlayEvent {
  std::optional<std::int64_t> began_at_ms;  ///< the stamp; nothing where it is the end, as Spotify told it
};

/// What a listener corrects. Source: docs/decisions/20261128_edits.md
struct EditEvent {
  model::EventId id;
  std::uint32_t listener = kNone, kind = kNone;
  std::int64_t stated_at_ms = 0;
  std::optional<std::int64_t> from_ms, to_ms, at_ms;
  std::uint32_t title = kNone, artist = kNone, platform = kNone, country = kNone, zone = kNone;
  std::uint32_t track = kNone;          ///< number of LakeEvents::track_keys, of the track that it names
  std::uint32_t names = kNone;          ///< its title and artist in lower case, by number
  std::optional<std::uint64_t> undoes;  ///< the identity of an edit
  std::vector<std::uint32_t> items;     ///< tracks of a merge or a split, as track numbers
};

/// A catalogue's or a service's statement about a track.
struct FeatureEvent {
  model::EventId id;
  std::uint32_t source = kNone, catalogue = kNone, isrc = kNone, track_id = kNone;
  std::uint32_t track = kNone;  ///< number of LakeEvents::track_keys; kNone where it has no id
  std::uint32_t name = kNone;   ///< number of LakeEvents::names; kNone where title or artist is missing
  std::int64_t arrived_day = 0;
  std::optional<std::int64_t> release_year, duration_ms;
  std::array<std::optional<std::int64_t>, model::kFeatureCount> e6;  ///< whole-numbered ones too
  std::vector<std::uint32_t> genres = {};                            ///< in lower case

  int known() const {
    int count = 0;
    for (const auto& value : e6) count += value ? 1 : 0;
    return count;
  }
};

/// A track as a playlist or a saved library names it.
struct ListedTrack {
  std::uint32_t kind = kNone, item_id = kNone, title = kNone, artist = kNone, album = kNone, isrc = kNone;
  std::uint32_t track = kNone;
  std::optional<std::int64_t> added_at_ms;
  std::int64_t added_precision_ms = 0;
};

struct PlaylistEvent {
  model::EventId id;
  std::uint32_t listener = kNone, source = kNone, playlist_id = kNone, name = kNone, held = kNone;
  std::int64_t stated_at_ms = 0;
  std::vector<ListedTrack> tracks;  ///< in the order of the list, those without id and title left out
};

struct ServiceListEvent {
  model::EventId id;
  std::uint32_t listener = kNone, list = kNone, range = kNone;
  std::int64_t stated_at_ms = 0;
  struct Thing {
    std::uint32_t id = kNone, name = kNone, artist = kNone;
  };
  std::vector<Thing> things;
};

struct GapEvent {
  std::uint32_t listener = kNone, source = kNone, reason = kNone;
  std::int64_t from_ms = 0, to_ms = 0;
};

struct RejectEvent {
  std::uint32_t listener = kNone, source = kNone, file = kNone, position = kNone, reason = kNone;
};

/// What became of an imported file's records. What it told again, word for word, may be in several parts.
struct SourceFileEvent {
  /// Records that tell, one for one, what others had told.
  struct Stretch {
    std::int64_t row = 0, records = 0, first_file_key = 0, first_row = 0;
  };
  std::uint32_t listener = kNone, file = kNone, kind = kNone;
  std::int64_t file_key = 0, imported_at_ms = 0, part = 0;
  std::int64_t accepted = 0, retold = 0, duplicate = 0;
  std::int64_t rejected = 0;
  std::vector<Stretch> again;
};

/// Everything that the lake says, each event once, typed and not yet judged.
struct LakeEvents {
  TextPool texts;
  TextPool track_keys;  ///< "the id", else the names in lower case
  TextPool album_keys;  ///< name and album artist
  TextPool names;       ///< normalised title and first artist, of catalogues
  std::vector<std::pair<std::uint32_t, std::uint32_t>> album_texts;  ///< album and artist, by album number

  std::vector<Spelling> spellings;
  std::vector<Circumstances> circumstances;
  std::vector<PlayEvent> exports;
  std::vector<LiveEvent> live;
  std::vector<ServiceEvent> services;
  std::vector<EditEvent> edits;
  std::vector<FeatureEvent> features;
  std::vector<PlaylistEvent> playlists;
  std::vector<ListedTrack> saved;
  std::vector<ServiceListEvent> service_lists;
  std::vector<GapEvent> gaps;
  std::vector<RejectEvent> rejects;
  std::vector<SourceFileEvent> files;
  std::vector<std::int64_t> file_keys = {0};  ///< that plays name; the first stands for none

  std::uint64_t events = 0;
  /// A sum over a listener's lines that no order changes, by the name's number; under kNone what may touch
  /// the figures of everyone.
  std::map<std::uint32_t, std::uint64_t> digests;

  void Digest(std::uint32_t listener, std::string_view line) {
    ++events;
    digests[listener] += base::HashBytes(line).low;
  }
};

}  // namespace earprint::audit
