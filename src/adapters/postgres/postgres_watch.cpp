#include "adapters/postgres/postgres_watch.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace earprint::adapters {

namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLooksApartMax{1'000}, kLooksApartMin{20};
constexpr int kLooksForSilence = 10;

/// For how long a line has carried nothing either way; as long as can be where it does not tell, as a socket
/// of this machine.
std::chrono::milliseconds QuietFor(int socket) {
  tcp_info told{};
  socklen_t size = sizeof told;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &told, &size) != 0) return std::chrono::milliseconds::max();
  return std::chrono::milliseconds(std::min(told.tcpi_last_data_sent, told.tcpi_last_data_recv));
}

}  // namespace

PostgresWatch::~PostgresWatch() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void PostgresWatch::Follow(int socket) {
  const std::lock_guard lock(mutex_);
  socket_ = socket;
  was_silent_ = false;
  if (socket < 0) return;
  heard_at_ = SteadyClock::now();
  if (is_broken_off_) End();
  if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { Run(stop); });
}

void PostgresWatch::Owe(int more) {
  const std::lock_guard lock(mutex_);
  owed_ += more;
  heard_at_ = SteadyClock::now();
  changed_.notify_all();
}

void PostgresWatch::BePatient(int more) {
  const std::lock_guard lock(mutex_);
  patient_ += more;
  heard_at_ = SteadyClock::now();
}

void PostgresWatch::BreakOff() {
  const std::lock_guard lock(mutex_);
  is_broken_off_ = true;
  End();
}

bool PostgresWatch::is_broken_off() const {
  const std::lock_guard lock(mutex_);
  return is_broken_off_;
}

bool PostgresWatch::was_silent() const {
  const std::lock_guard lock(mutex_);
  return was_silent_;
}

/// Whoever waits at the socket is told that it has ended. The caller holds the mutex.
void PostgresWatch::End() {
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

/// The caller holds the mutex.
void PostgresWatch::LookAtTheLine() {
  const auto now = SteadyClock::now();
  if (patient_ > 0) heard_at_ = now;
  const auto silence =
      std::min(std::chrono::duration_cast<std::chrono::milliseconds>(now - heard_at_), QuietFor(socket_));
  if (silence < silence_max_ || was_silent_) return;
  was_silent_ = true;
  End();
}

void PostgresWatch::Run(const std::stop_token& stop) {
  const auto looks_apart = std::clamp(silence_max_ / kLooksForSilence, kLooksApartMin, kLooksApartMax);
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    changed_.wait(lock, stop, [this] { return owed_ > 0 && socket_ >= 0; });
    if (stop.stop_requested()) return;
    LookAtTheLine();
    changed_.wait_for(lock, stop, looks_apart, [] { return false; });
  }
}

}  // namespace earprint::adapters
