#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "ports/eraser.hpp"
#include "server/http_message.hpp"

namespace earprint::server {

/// Erases all of a listener. Errors: kNotFound nothing of that name is here · those of the eraser.
using Forget = std::function<base::Result<ports::LeaveReport>(const std::string& listener)>;

/// As JSON: events, kept_events, seconds, counts[{type, source, events}], was_logged_in, stores[texts],
/// pending_stores[{store, reason}].
std::string LeaveJson(const ports::LeaveReport& report);

/// Answers POST /api/v1/forget {listener} with what was erased. Nothing for any other path.
std::optional<Response> AnswerForget(const Request& request, const Forget& forget);

/// The agreement to ask ReccoBeats; empty where it is not offered. Thread-safe.
struct ReccoBeatsBackend {
  std::string what_is_sent;  ///< the words that a person agrees to
  /// When it was given, as text; empty where it was not.
  std::function<base::Result<std::string>()> agreed_at;
  std::function<base::Result<void>(bool agrees)> agree;
};

/// Answers /api/v1/reccobeats: a GET tells {offered, what_is_sent, agreed_at}, a POST of {agree: "yes" or
/// "no"} gives or withdraws the agreement and tells the same. Nothing for any other path.
std::optional<Response> AnswerReccoBeats(const Request& request, const ReccoBeatsBackend& backend);

/// Takes a listener's correction, and gives its id. Errors: kInvalidInput, kNotFound, those of the log.
using TakeEdit = std::function<base::Result<std::string>(
    const std::string& listener, std::span<const std::pair<std::string, std::string>> pairs)>;

/// Answers POST /api/v1/edits with the new edit's id. The body is a JSON object of texts: `kind`, `listener`
/// and what the kind needs; `track` may be a list of texts. Nothing for any other path.
std::optional<Response> AnswerEdit(const Request& request, const TakeEdit& take);

}  // namespace earprint::server
