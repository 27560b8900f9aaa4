#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace earprint::testing {

/// Waits until something is so; false where it is not in time.
inline bool Eventually(const std::function<bool()>& is_so,
                       std::chrono::seconds limit = std::chrono::seconds(120)) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < end) {
    if (is_so()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

}  // namespace earprint::testing
