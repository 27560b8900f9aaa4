#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace earprint::server {

/// Server-sent events on their way from the thread that does something long to a connection. Thread-safe.
class EventQueue {
 public:
  /// Adds an event; false once the client is gone. Progress that was not fetched yet gives way to newer
  /// progress, so that a client that reads slowly costs no memory.
  bool Push(std::string_view event, std::string_view data);

  /// Takes all events out, as text.
  std::string Fetch();

  std::atomic<bool> ended = false;        ///< nothing more will be pushed
  std::atomic<bool> client_gone = false;  ///< nobody will fetch any more

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> events_;
};

/// The data of the event `alive`: this machine's time in milliseconds since 1970-01-01 UTC, and when the next
/// sign of life comes at the latest, in milliseconds from now: {"now_ms", "next_ms"}.
std::string AliveJson(std::chrono::milliseconds next);

}  // namespace earprint::server
