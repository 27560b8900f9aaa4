#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "model/answer.hpp"

namespace earprint::ports {

/// A store that has answers: the warehouse, or one that figures were published to.
///
/// Shape: an answer's cells are those of the contract (contracts: "The answer to a query"), its
/// `data_version`
///        that of the data which the store counted from. Thread-safe.
class AnsweredStore {
 public:
  virtual ~AnsweredStore() = default;

  /// As it is told to a person: "warehouse", "mongodb://…" without its secrets.
  virtual std::string Name() const = 0;

  /// The metrics that it answers, by name.
  virtual base::Result<std::vector<std::string>> Metrics() = 0;

  /// Errors: kUnsupported this store keeps no answer to that question, though it may to others · the store's.
  virtual base::Result<std::shared_ptr<const model::Answer>> Ask(const model::Question& question) = 0;
};

}  // namespace earprint::ports
