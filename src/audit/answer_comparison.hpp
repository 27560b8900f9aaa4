#pragma once

#include <string>
#include <vector>

#include "audit/asked/asked_figures.hpp"
#include "audit/audit_report.hpp"
#include "model/answer.hpp"

namespace earprint::audit {

/// What a comparison came to.
struct Comparison {
  std::uint64_t figures = 0;  ///< cells, and numbers beside them
  std::uint64_t differing = 0;
  std::vector<Difference> first;  ///< at most kFirstMax
};

/// Compares an answer with what follows from the lake, cell by cell, and finds the plays behind what differs.
Comparison Compare(const model::Answer& answer, const Rows& expected, const model::AnswerLimits& limits,
                   const Asked& asked);

/// The chosen plays that a row of an answer is counted from, by what its columns name.
std::vector<const Play*> PlaysBehind(const Asked& asked, const std::vector<model::AnswerColumn>& columns,
                                     const Row& row);

}  // namespace earprint::audit
