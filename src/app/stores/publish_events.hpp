#pragma once

#include <string>
#include <string_view>

#include "app/command.hpp"
#include "app/stores/publish_pass.hpp"

namespace earprint::app {

// Publishing on its way between a server and a command of this machine: the wish there, and back the events
// `progress`, `published`, `forgotten` and `retry`.

std::string PublishWishJson(const PublishWish& wish);
/// Errors: kInvalidInput it is none, or names another thing.
base::Result<PublishWish> ReadPublishWish(std::string_view text);

/// Sends what is told as events.
PublishObserver SendPublishEvents(const HousePublishing::SendEvent& send);
/// Tells what an event says; one that is none of these is passed over.
void TakePublishEvent(std::string_view name, std::string_view data, const PublishObserver& observer);

}  // namespace earprint::app
