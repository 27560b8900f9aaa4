#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/utc_time.hpp"

namespace earprint::base {

/// What the caller can do about a failure; retry policy reads this and nothing else.
enum class ErrorCode : std::uint8_t {
  kInvalidInput,  ///< the input is wrong: change it
  kNotFound,      ///< no such thing: name another
  kUnauthorized,  ///< credentials refused: renew them
  kRetryLater,    ///< a passing fault: the same call may succeed later
  kConflict,      ///< someone else holds or changed it: look again
  kCorrupt,       ///< stored or received bytes are damaged
  kUnsupported,   ///< well-formed, but not something we can do
};

/// A failure told to a person: what we were doing, on what, why it failed, and what to try.
struct Error {
  ErrorCode code = ErrorCode::kInvalidInput;
  std::string op;                        ///< what we were doing: "read zip"
  std::string subject;                   ///< on what: a file and place, a metric, a condition
  std::string cause;                     ///< the outside's words, secrets removed
  std::string hint;                      ///< what a person could try; may be empty
  std::optional<UtcMs> not_before = {};  ///< when the same call may succeed, where that is known

  /// Adds the instant before which no one need come back.
  Error Until(UtcMs instant) && {
    not_before = instant;
    return std::move(*this);
  }

  /// Adds the surrounding operation on the way up: "import: read zip".
  Error Within(std::string_view outer) && {
    op = std::string(outer) + ": " + op;
    return std::move(*this);
  }

  /// One line for a terminal: "read zip failed on x.zip: truncated (try: …)".
  std::string Text() const;
};

/// Lower-case name of a code, as in problem documents: "invalid_input".
std::string_view CodeName(ErrorCode code);

template <typename T>
using Result = std::expected<T, Error>;

/// A failure ready to be returned from any function whose result is a Result<T>.
using Failure = std::unexpected<Error>;

inline Failure Fail(ErrorCode code, std::string op, std::string subject, std::string cause,
                    std::string hint = {}) {
  return Failure(Error{code, std::move(op), std::move(subject), std::move(cause), std::move(hint)});
}

}  // namespace earprint::base
