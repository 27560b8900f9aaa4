#pragma once

#include <compare>
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

/// Rows that a store holds for people to read (sql/published), asked as if they were a metric.
struct RowView {
  std::string_view metric, relation;
  std::size_t key_columns;  ///< by the first so many columns the rows are told apart and ordered
  std::span<const std::string_view> columns;
};
/// Keys of tracks are this program's own and no figures, so no view has them.
std::span<const RowView> RowViews();
/// Nothing where the metric is none of rows.
const RowView* FindRowView(std::string_view metric);
/// The order of two rows by their first columns.
std::strong_ordering CompareKeys(const Row& left, const Row& right, std::size_t key_columns);
std::span<const Recount> RowRecounts();

/// Nothing where the audit does not know the metric.
const Recount* FindRecount(std::string_view metric);

/// What stands beside an answer: of the plays that all conditions choose, `playlist` included.
model::AnswerLimits RecountLimits(const Asked& asked, std::string_view metric);

}  // namespace earprint::audit
