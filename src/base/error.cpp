#include "base/error.hpp"

namespace earprint::base {

std::string_view CodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidInput:
      return "invalid_input";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kUnauthorized:
      return "unauthorized";
    case ErrorCode::kRetryLater:
      return "retry_later";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kUnsupported:
      return "unsupported";
  }
  return "unknown";
}

std::string Error::Text() const {
  std::string text = op + " failed";
  if (!subject.empty()) text += " on " + subject;
  if (!cause.empty()) text += ": " + cause;
  if (!hint.empty()) text += " (try: " + hint + ")";
  return text;
}

}  // namespace earprint::base
