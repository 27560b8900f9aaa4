#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "audit/lake/lake_events.hpp"

namespace earprint::audit {

/// A track as the figures name it.
struct TrackEntry {
  bool is_named = false;  ///< played or listed, and music: only such a track has a name
  std::uint32_t item_id = kNone, title = kNone, artist = kNone, album = kNone;  ///< texts by number
  std::uint32_t isrc = kNone;
  std::uint32_t recording = kNone;  ///< the track that stands for all of its ISRC; itself where none is known
  std::optional<std::int64_t> release_year;
  std::optional<std::int64_t> length_ms;        ///< of the whole track, as far as anything tells
  std::optional<std::int64_t> known_length_ms;  ///< the same, unless it is but the longest play

  std::uint32_t feature = kNone;  ///< place in LakeEvents::features of the row that tells its sound
  enum class Provenance : std::uint8_t {
    kUnknown,
    kSpotify,
    kCatalogueId,
    kIsrc,
    kCatalogueNames,
    kReccoBeats
  };
  Provenance provenance = Provenance::kUnknown;
  std::vector<std::uint32_t> genres;  ///< texts by number, each once
};

/// How a sound was found, as the figures say it.
std::string_view NameOf(TrackEntry::Provenance provenance);

/// Names, ISRC and year of every track, by its number in LakeEvents::track_keys. A track is played under the
/// title and artist of its latest play.
std::vector<TrackEntry> NameTracks(const LakeEvents& lake);

/// Adds to each named track how long it is. Source: docs/decisions/20261128_counting_rules.md
void AddLengths(const LakeEvents& lake, std::vector<TrackEntry>& tracks);

/// Joins and parts recordings as the edits say that are in force. Chains of merges are followed to their end.
void ApplyRecordingEdits(const LakeEvents& lake, std::vector<TrackEntry>& tracks);

/// Adds to each named track its sound and its genres, once its length is known. Source: docs/features.md,
/// "Which row tells a track's features".
void AddSounds(const LakeEvents& lake, std::vector<TrackEntry>& tracks);

/// A statement about a track id that contradicts another one.
struct FeatureConflict {
  std::uint32_t catalogue = kNone, track = kNone;
  std::size_t feature_no = 0;
  std::int64_t value_e6 = 0;
  auto operator<=>(const FeatureConflict&) const = default;
};

/// 1 % of a feature's range, what two statements may differ by.
std::int64_t ToleranceE6(std::size_t feature_no);

/// Every contradiction once, in order. Source: docs/features.md, "Conflicts".
std::vector<FeatureConflict> FindConflicts(const LakeEvents& lake);

}  // namespace earprint::audit
