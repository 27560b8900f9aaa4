#pragma once

#include <vector>

#include "audit/lake/lake_events.hpp"

namespace earprint::audit {

/// What really happened: one play, whoever told of it.
struct Play {
  model::EventId id;  ///< of the statement whose fields these are
  std::uint32_t spelling = 0, circumstances = 0;
  std::int64_t ended_at_ms = 0, played_ms = 0;
  bool is_track = false, is_skipped = false;
  bool is_estimated = false;  ///< the milliseconds are the track's length, since nobody measured them
};

/// A play that live sources alone tell of, with how far its end may be off.
struct LivePlay : Play {
  std::int64_t ended_precision_ms = 0;
};

/// Statements with one id, whatever their order, become one.
void DropRepeated(std::vector<PlayEvent>& exports);

/// The plays of exports: one an identity, as the richest source tells it, without rows of minutes that an
/// exact witness tells. Source: docs/decisions/20261123_play_identity.md
/// Shape: in: statements of exports, each once, in any order; out: plays by identity.
std::vector<Play> SettleExports(const LakeEvents& lake, const std::vector<PlayEvent>& exports);

/// What one listener's live statements come to. Source: docs/decisions/20261123_live_plays.md
std::vector<LivePlay> SettleLive(const LakeEvents& lake, std::vector<LiveEvent> live);

/// Those of the live plays that no export tells. `exports`: the listener's statements.
std::vector<LivePlay> WithoutTold(const LakeEvents& lake, std::vector<LivePlay> live,
                                  const std::vector<PlayEvent>& exports);

/// Who chose whom: two rounds in which each takes its best, and both must choose each other.
struct Pairing {
  std::uint32_t left = 0, right = 0;
  std::size_t candidate = 0;  ///< its place among the candidates
};
struct Suitor {
  std::uint32_t left = 0, right = 0;
  std::int64_t doubt = 0, is_start = 0, gap_ms = 0;
  std::uint64_t left_id = 0, right_id = 0;
};
std::vector<Pairing> ChooseEachOther(const std::vector<Suitor>& suitors, std::size_t lefts,
                                     std::size_t rights);

/// Whether these circumstances make a play a skipped one.
bool IsSkipped(const LakeEvents& lake, const Circumstances& circumstances);

}  // namespace earprint::audit
