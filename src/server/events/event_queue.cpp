#include "server/events/event_queue.hpp"

#include <fmt/format.h>

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

std::string AliveJson(std::chrono::milliseconds next) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return fmt::format("{{\"now_ms\":{},\"next_ms\":{}}}",
                     std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), next.count());
}

}  // namespace earprint::server
