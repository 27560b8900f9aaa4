#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace earprint::testing {

/// Stands between a client and a server of this machine and hands every piece on late; it can also cut all
/// that go through it, and let nobody in. No program that a test begins meanwhile inherits its sockets: it
/// would keep them open.
class SlowProxy {
 public:
  explicit SlowProxy(std::uint16_t server_port) : server_port_(server_port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = Loopback(0);
    (void)::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    (void)::listen(listener_, 16);
    socklen_t size = sizeof address;
    (void)::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { Accept(); });
  }
  ~SlowProxy() {
    is_over_ = true;
    accepting_.join();
    for (std::thread& each : pairs_) each.join();
    ::close(listener_);
  }
  SlowProxy(const SlowProxy&) = delete;
  SlowProxy& operator=(const SlowProxy&) = delete;

  std::uint16_t port() const { return port_; }
  std::atomic<int> delay_ms = 0;         ///< of every piece, either way
  std::atomic<bool> is_cut = false;      ///< every connection ends, new ones end at once
  std::atomic<std::uint64_t> bytes = 0;  ///< that went towards the server

 private:
  static sockaddr_in Loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  void Accept() {
    while (!is_over_) {
      pollfd ready{listener_, POLLIN, 0};
      if (::poll(&ready, 1, 50) <= 0) continue;
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) continue;
      pairs_.emplace_back([this, client] { Carry(client); });
    }
  }

  void Carry(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = Loopback(server_port_);
    const bool is_there = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    bool is_open = is_there;
    while (is_open && !is_over_ && !is_cut) {
      std::array<pollfd, 2> ready = {{{client, POLLIN, 0}, {server, POLLIN, 0}}};
      if (::poll(ready.data(), ready.size(), 50) <= 0) continue;
      if (ready[0].revents != 0) is_open = Hand(client, server, true);
      if (is_open && ready[1].revents != 0) is_open = Hand(server, client, false);
    }
    ::close(client);
    ::close(server);
  }

  bool Hand(int from, int to, bool is_to_server) {
    std::array<char, 64 << 10> piece{};
    const ssize_t count = ::recv(from, piece.data(), piece.size(), 0);
    if (count <= 0) return false;
    if (delay_ms > 0) std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
    if (is_to_server) bytes += static_cast<std::uint64_t>(count);
    for (ssize_t sent = 0; sent < count;) {
      const ssize_t more =
          ::send(to, piece.data() + sent, static_cast<std::size_t>(count - sent), MSG_NOSIGNAL);
      if (more <= 0) return false;
      sent += more;
    }
    return true;
  }

  std::uint16_t server_port_, port_ = 0;
  int listener_ = -1;
  std::atomic<bool> is_over_ = false;
  std::thread accepting_;
  std::vector<std::thread> pairs_;
};

}  // namespace earprint::testing
