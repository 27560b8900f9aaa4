#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "audit/lake/lake_events.hpp"

namespace earprint::audit {

/// The sources that tell of a play, added up.
inline constexpr int kByExtended = 1, kByCsv = 2, kByAccount = 4, kByPlayer = 8, kByRecent = 16,
                     kByOtherExport = 32, kByService = 64;
inline constexpr int kByExport = kByExtended | kByCsv | kByAccount | kByOtherExport;
inline constexpr int kByLive = kByPlayer | kByRecent;

/// The source of a statement, as one of these.
int SourceFlag(const LakeEvents& lake, const PlayEvent& event);

/// What really happened: one play, whoever told of it.
struct Play {
  model::EventId id;  ///< of the statement whose fields these are
  std::uint32_t spelling = 0, circumstances = 0;
  std::int64_t ended_at_ms = 0, played_ms = 0;
  bool is_track = false, is_skipped = false;
  bool is_estimated = false;          ///< the milliseconds are the track's length, since nobody measured them
  std::int64_t precision_ms = 1'000;  ///< of the end, as the believed statement has it
  int witnesses = 1;                  ///< how many statements tell of it
  int told_by = 0;                    ///< kBy…
  std::optional<std::int64_t> live_ms;  ///< as it was captured live, where an export tells it better
};

/// A play that an edit takes out of every figure.
struct ExcludedPlay : Play {
  std::size_t edit = 0;  ///< place in LakeEvents::edits
};

/// What a statement of a play came to.
enum class Fate : std::uint8_t {
  kBelieved,     ///< the play's fields are its
  kExcluded,     ///< they would be, had no edit taken the play out
  kAgain,        ///< the same play with other details
  kMinute,       ///< agrees with the play in minute, length and track
  kUnconfirmed,  ///< nobody confirms it where others would
  kListed,       ///< an entry of the list of recent plays, told better
  kSeen,         ///< seen at the player, settled by an export
  kSameLive,     ///< a live statement, or a service's, of what another one of them tells
  kService,      ///< another service's, of a play that is told better
};

/// A statement of a play as the ledger keeps it: where it stood, and what it came to.
struct Statement {
  std::optional<std::uint64_t> play;                                 ///< what it tells of
  std::int64_t ended_at_ms = 0, played_ms = 0;                       ///< as stated
  std::int64_t play_ms = 0;                                          ///< of the play whose fields it gives
  std::uint32_t spelling = 0, circumstances = 0, file = 0, row = 0;  ///< as in PlayEvent
  Fate fate = Fate::kAgain;
};

/// What was found of statements that are no plays of their own, by id.
struct Matched {
  std::optional<std::uint64_t> play;
  Fate fate = Fate::kAgain;
};
using Matches = std::map<std::pair<std::uint64_t, std::uint64_t>, Matched>;

/// First and last end of a play of the extended export, by UTC day. Source: docs/reconciliation.md, "Where an
/// export covers a span"
using ExportDays = std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>>;
ExportDays DaysOfExport(const LakeEvents& lake, const std::vector<PlayEvent>& exports);
/// Whether a span of one day has plays of the export on both sides, on that day or one beside.
bool Covers(const ExportDays& days, std::int64_t first_ms, std::int64_t last_ms);

/// What a statement that is no play of its own tells of: a play's identity, or nothing that anybody confirms.
using MinuteRows = std::map<std::uint64_t, std::optional<std::uint64_t>>;

/// Rows that know minutes only and are no plays of their own, by identity. Source:
/// docs/decisions/20261128_minute_rows.md
MinuteRows MatchMinutes(const LakeEvents& lake, const std::vector<PlayEvent>& exports,
                        const ExportDays& days);

/// A play that live sources alone tell of, with how far its end may be off.
struct LivePlay : Play {
  std::int64_t ended_precision_ms = 0;
  bool is_listed = false;  ///< of the player: the list tells of it too
};

/// Statements with one id, whatever their order, become one.
void DropRepeated(std::vector<PlayEvent>& exports);

/// The plays of exports: one an identity, as the richest source tells it, without what `minutes` names.
/// Source: docs/decisions/20261123_play_identity.md
/// Shape: in: statements of exports, each once, by id; out: plays by identity.
std::vector<Play> SettleExports(const LakeEvents& lake, const std::vector<PlayEvent>& exports,
                                const MinuteRows& minutes);

/// Live plays, and of each live statement (of the player or not, by identity) the play that it is one of.
struct SettledLive {
  std::vector<LivePlay> plays;
  std::map<std::pair<bool, std::uint64_t>, std::uint64_t> play_of;
};

/// What one listener's live statements come to. Source: docs/decisions/20261123_live_plays.md
SettledLive SettleLive(const LakeEvents& lake, std::vector<LiveEvent> live);

/// Of the live plays that an export tells, the identity of the export's play, by theirs. Source:
/// docs/reconciliation.md, "Matched, one to one", 3 to 5.
std::map<std::uint64_t, std::uint64_t> FindTold(const LakeEvents& lake, const std::vector<LivePlay>& plays,
                                                const std::vector<PlayEvent>& exports,
                                                const MinuteRows& minutes);

/// The plays that only another service's history tells. `settled`: the listener's other plays. Adds to
/// `matches` what each statement tells of that is no play of its own. Source:
/// docs/decisions/20261128_other_histories.md
std::vector<Play> SettleServices(const LakeEvents& lake, const std::vector<ServiceEvent>& services,
                                 const std::vector<Play>& settled, Matches& matches);

/// Everything that one listener's statements come to, before edits; by end. Adds to `matches` those that were
/// found to tell of another's play.
std::vector<Play> SettlePlays(const LakeEvents& lake, const std::vector<PlayEvent>& exports,
                              const std::vector<LiveEvent>& live, const std::vector<ServiceEvent>& services,
                              const ExportDays& days, Matches& matches);

/// Of each edit, whether its listener has not undone it.
std::vector<bool> EditsInForce(const LakeEvents& lake);

/// Takes out of a listener's plays what edits take out, and gives it.
std::vector<ExcludedPlay> TakeOutEdited(const LakeEvents& lake, std::uint32_t listener,
                                        std::vector<Play>& plays);

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
