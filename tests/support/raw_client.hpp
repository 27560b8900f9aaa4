#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace earprint::tests {

/// A socket that sends what a test wants, however wrong, and tells what comes back.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  }
  explicit RawClient(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::strncpy(to.sun_path, path.c_str(), sizeof(to.sun_path) - 1);
    is_connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool is_connected() const { return is_connected_; }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Reads until a text is in what came, the other side ends, or the time is over. Gives all that came so
  /// far.
  const std::string& ReadUntil(std::string_view text,
                               std::chrono::milliseconds at_most = std::chrono::seconds(10)) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (received_.find(text) == std::string::npos && !is_ended_ &&
           std::chrono::steady_clock::now() < end) {
      ReadSome(std::chrono::milliseconds(20));
    }
    return received_;
  }

  /// Reads until the other side ends.
  const std::string& ReadAll(std::chrono::milliseconds at_most = std::chrono::seconds(10)) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (!is_ended_ && std::chrono::steady_clock::now() < end) ReadSome(std::chrono::milliseconds(20));
    return received_;
  }

  std::string TakeReceived() { return std::exchange(received_, {}); }
  bool is_ended() const { return is_ended_; }
  void EndSending() { ::shutdown(socket_, SHUT_WR); }

 private:
  void ReadSome(std::chrono::milliseconds at_most) {
    pollfd ready{socket_, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(at_most.count())) <= 0) return;
    char bytes[65'536];
    const ssize_t read = ::recv(socket_, bytes, sizeof(bytes), 0);
    if (read <= 0) {
      is_ended_ = true;
    } else {
      received_.append(bytes, static_cast<std::size_t>(read));
    }
  }

  int socket_;
  bool is_connected_ = false;
  bool is_ended_ = false;
  std::string received_;
};

}  // namespace earprint::tests
