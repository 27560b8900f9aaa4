#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ports/eraser.hpp"
#include "server/http_message.hpp"

namespace earprint::server {

/// Erases all of a listener. Errors: kNotFound nothing of that name is here · those of the eraser.
using Forget = std::function<base::Result<ports::ErasedSummary>(const std::string& listener)>;

/// As JSON: events, kept_events, seconds, counts[{type, source, events}].
std::string ErasedJson(const ports::ErasedSummary& summary);

/// Answers POST /api/v1/forget {listener} with what was erased. Nothing for any other path.
std::optional<Response> AnswerForget(const Request& request, const Forget& forget);

}  // namespace earprint::server
