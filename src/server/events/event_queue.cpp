#include "server/events/event_queue.hpp"

namespace earprint::server {

bool EventQueue::Push(std::string_view event, std::string_view data) {
  if (client_gone) return false;
  const std::lock_guard lock(mutex_);
  if (event == "progress" && !events_.empty() && events_.back().first == event) events_.pop_back();
  events_.emplace_back(event, data);
  return true;
}

std::string EventQueue::Fetch() {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const auto& [event, data] : events_) text += "event: " + event + "\ndata: " + data + "\n\n";
  events_.clear();
  return text;
}

}  // namespace earprint::server
