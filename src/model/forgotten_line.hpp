#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/event.hpp"

namespace earprint::model {

/// What stands on a shared log where a listener was forgotten: whatever that listener told before it, in this
/// share of the log, is to be erased by all who have it. What comes after it counts.
///
/// Shape: on the topic of each type, under the listener's name, so that it comes behind what it is about;
/// among
///        audio features, which travel under ids, in each share and under a name of its own.
std::string ForgottenLine(std::string_view listener);
std::string ForgottenKey(EventType type, std::string_view listener);

/// The listener whom a message forgets; nothing where it is none of these, or its key tells of somebody else.
/// Points into the key.
std::optional<std::string_view> ForgottenIn(EventType type, std::string_view key, std::string_view line);

/// Whether forgetting a listener takes an event: of audio features, which are nobody's, just those that the
/// listener's own login brought.
bool GoesWithListener(EventType type, std::string_view source);

}  // namespace earprint::model
