#pragma once

#include <array>
#include <span>
#include <string_view>

#include "audit/asked/asked_figures.hpp"

namespace earprint::audit {

/// How a metric is counted again: one function each, from the chosen plays and lists to the rows of its
/// answer.
struct Recount {
  std::string_view metric;
  Rows (*count)(const Asked& asked);
  bool is_of_lists = false;  ///< the condition `playlist` chooses lists and not plays
};

/// Every metric that is counted again, by theme.
std::span<const Recount> TotalRecounts();
std::span<const Recount> RankingRecounts();
std::span<const Recount> TimeRecounts();
std::span<const Recount> TasteRecounts();
std::span<const Recount> ListRecounts();
std::span<const Recount> RecordRecounts();
std::span<const Recount> WitnessRecounts();
std::span<const Recount> RuleRecounts();
std::span<const Recount> EditRecounts();
std::span<const Recount> LedgerRecounts();

/// The rows that a store holds for people to read are asked as if they were a metric of this name.
inline constexpr std::string_view kPlayRows = "rows.plays";
inline bool IsOfRows(std::string_view metric) { return metric.starts_with("rows."); }
/// The columns of kPlayRows, in the order of its cells (published/published_play.sql); rows by play_id.
inline constexpr std::array<std::string_view, 17> kPlayRowColumns = {
    "play_id",    "ended_at", "played_ms",   "is_track", "track_id", "title",
    "artist",     "album",    "source",      "platform", "country",  "reason_start",
    "reason_end", "shuffle",  "was_skipped", "offline",  "witnesses"};
std::span<const Recount> RowRecounts();

/// Nothing where the audit does not know the metric.
const Recount* FindRecount(std::string_view metric);

/// What stands beside an answer: of the plays that all conditions choose, `playlist` included.
model::AnswerLimits RecountLimits(const Asked& asked, std::string_view metric);

}  // namespace earprint::audit
