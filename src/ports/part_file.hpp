#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace earprint::ports {

/// A file that grows while it is fetched, and is there again after a kill.
///
/// Errors:  kRetryLater the disk is full or refuses.
/// Effects: one user at a time. What was appended survives a kill of the process; a loss of power may leave
///          other bytes, which a sum must tell.
class PartFile {
 public:
  virtual ~PartFile() = default;

  virtual std::uint64_t size_bytes() const = 0;
  virtual base::Result<void> Append(std::string_view bytes) = 0;
  /// Begins anew.
  virtual base::Result<void> Clear() = 0;
  /// Hands over everything from the beginning, piece by piece.
  virtual base::Result<void> ReadAll(const std::function<void(std::string_view)>& take) = 0;
};

}  // namespace earprint::ports
