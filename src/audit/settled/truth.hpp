#pragma once

#include <map>
#include <string>
#include <vector>

#include "audit/lake/lake_events.hpp"
#include "audit/settled/playlist_book.hpp"
#include "audit/settled/settled_plays.hpp"
#include "audit/settled/track_book.hpp"

namespace earprint::audit {

/// How many statements of plays a source made, and between which instants.
struct SourceCount {
  std::int64_t events = 0, first_ms = 0, last_ms = 0;
};

/// One listener's plays, by their end.
struct ListenerTruth {
  std::uint32_t listener = kNone;  ///< the name, by number
  std::vector<Play> plays;
  std::vector<ExcludedPlay> excluded;  ///< by an edit
  ExportDays export_days;
  std::map<std::string, SourceCount> told;  ///< by source
  std::vector<Statement> statements;        ///< each once
};

/// What follows from everything that the lake says.
struct Truth {
  LakeEvents lake;
  std::vector<TrackEntry> tracks;  ///< by number
  std::vector<Playlist> playlists;
  std::vector<FeatureConflict> conflicts;
  std::map<std::string, ListenerTruth, std::less<>> listeners;  ///< who has plays, by name

  const Spelling& SpellingOf(const Play& play) const { return lake.spellings[play.spelling]; }
  const Circumstances& CircumstancesOf(const Play& play) const {
    return lake.circumstances[play.circumstances];
  }
  /// What of a listener's data can change a figure of theirs, as one number. Another one whenever a line that
  /// may touch it was added or taken away.
  std::uint64_t DigestOf(const std::string& listener) const;
};

/// Settles what events come to. Takes them over.
Truth Settle(LakeEvents lake);

}  // namespace earprint::audit
