#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace earprint::ports {

/// What a collector's share tells of itself.
struct ShareFigures {
  std::uint64_t partitions = 0;  ///< shares of the listeners that are held
  std::uint64_t errors = 0;      ///< faults of the way to the others, so far
  /// Why listeners may be followed by nobody here, in the log's words, without secrets; empty: all is well.
  std::string trouble;
};

/// The listeners of a house that many collectors share: each is followed by one of them at a time.
///
/// Shape:   who is followed is known to all; a listener whose collector dies is given to another one.
/// Effects: thread-safe.
class ListenerShare {
 public:
  virtual ~ListenerShare() = default;

  /// Says that a listener is to be followed, or no longer; once more: that what is kept of the listener was
  /// changed, so that its collector reads it anew. Errors: kRetryLater it could not be told ·
  /// kUnauthorized who tells is refused.
  virtual base::Result<void> Follow(const std::string& listener) = 0;
  virtual base::Result<void> Unfollow(const std::string& listener) = 0;

  /// The listeners that are this collector's now, in order.
  virtual std::vector<std::string> Mine() const = 0;

  /// Another number whenever a listener has come to this collector, also where it was here before, and when
  /// somebody said that it is to be followed: what was read of it until then may be old. 0 where the listener
  /// is not this collector's.
  virtual std::uint64_t TenureOf(const std::string& listener) const = 0;

  /// Looks at a listener, if it is this collector's: asked of the others right before, and while `look` runs
  /// the listener is given to nobody else. False where it is not this collector's, or that cannot be told
  /// now.
  virtual bool LookAt(const std::string& listener, const std::function<void()>& look) = 0;

  virtual ShareFigures Figures() const = 0;
};

}  // namespace earprint::ports
