#pragma once

#include <span>
#include <string_view>

#include "audit/figures/asked_figures.hpp"

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

/// Nothing where the audit does not know the metric.
const Recount* FindRecount(std::string_view metric);

/// What stands beside an answer: of the plays that all conditions choose, `playlist` included.
model::AnswerLimits RecountLimits(const Asked& asked, std::string_view metric);

}  // namespace earprint::audit
