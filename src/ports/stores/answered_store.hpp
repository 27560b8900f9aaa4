#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/answer.hpp"

namespace earprint::ports {

/// A store that has answers: the warehouse, or one that figures were published to.
///
/// Shape: an answer's cells are those of the contract (contracts: "The answer to a query"), its
///        `data_version` that of the data which the store counted from. Thread-safe.
class AnsweredStore {
 public:
  virtual ~AnsweredStore() = default;

  /// As it is told to a person: "warehouse", "mongodb://…" without its secrets.
  virtual std::string Name() const = 0;

  /// The metrics that it answers, by name.
  virtual base::Result<std::vector<std::string>> Metrics() = 0;

  /// Everyone of whom it holds something; nothing where it holds just what the lake's listeners have.
  virtual base::Result<std::optional<std::vector<std::string>>> Listeners() { return std::nullopt; }

  /// Whether it follows the lake by itself, so that another data version than the lake's means that events
  /// came in meanwhile. What was published some time ago is held against the lake as it is.
  virtual bool FollowsLake() const { return true; }

  /// Errors: kUnsupported this store keeps no answer to that question, though it may to others · the store's.
  virtual base::Result<std::shared_ptr<const model::Answer>> Ask(const model::Question& question) = 0;
};

}  // namespace earprint::ports
