#include "app/serving/memory_keeper.hpp"

#include <condition_variable>
#include <mutex>
#include <utility>

namespace earprint::app {

std::jthread KeepMemorySmall(metrics::Answerer& answerer, std::function<void()> release,
                             std::chrono::milliseconds quiet, std::function<std::uint64_t()> also_worked) {
  return std::jthread([&answerer, release = std::move(release), quiet,
                       also_worked = std::move(also_worked)](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any stopped;
    std::unique_lock lock(mutex);
    std::uint64_t released = 0, seen = 0;
    while (!stopped.wait_for(lock, stop, quiet, [] { return false; }) && !stop.stop_requested()) {
      const std::uint64_t worked = answerer.worked() + (also_worked ? also_worked() : 0);
      const bool is_quiet = worked == seen;
      seen = worked;
      if (!is_quiet || released == worked) continue;
      released = worked;
      answerer.ReleaseMemory();
      release();
    }
  });
}

}  // namespace earprint::app
