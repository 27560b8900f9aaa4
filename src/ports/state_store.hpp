#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace earprint::ports {

/// Keeps small documents by name, so that what was learned survives a restart.
///
/// Shape:   a name is 1..100 of a-z, 0-9, '-', '_'; a document is any bytes, at most 16 MiB.
/// Errors:  kInvalidInput a name that is none, a document that is too large · kRetryLater the disk refused.
/// Effects: after a kill at any moment a document is either the old or the new one, whole; what Save gave
///          back for done also survives a loss of power. Several threads may call.
class StateStore {
 public:
  virtual ~StateStore() = default;

  /// Nothing when there is none of this name.
  virtual base::Result<std::optional<std::string>> Load(const std::string& name) = 0;
  virtual base::Result<void> Save(const std::string& name, std::string_view document) = 0;

  /// Removes a document; done as well when there was none.
  virtual base::Result<void> Remove(const std::string& name) = 0;

  /// The names of all documents, in order.
  virtual base::Result<std::vector<std::string>> Names() = 0;
};

}  // namespace earprint::ports
