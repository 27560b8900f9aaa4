#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "model/event.hpp"
#include "ports/eraser.hpp"

namespace earprint::log {

/// Tells which lines of the log an erasure leaves, and counts the others.
class ErasureFilter {
 public:
  explicit ErasureFilter(const ports::Erasure& what);

  /// Errors: kCorrupt a line of which it cannot be told whose it is.
  base::Result<bool> Keeps(model::EventType type, std::string_view line);

  /// What was not kept so far; the time is not in it.
  ports::ErasedSummary Summary() const;

 private:
  std::string subject_json_;
  bool is_api_only_;
  std::set<model::EventType> types_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> erased_;  ///< by type and source
  std::uint64_t kept_ = 0;
};

}  // namespace earprint::log
