#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace earprint::tests {

/// A web server on 127.0.0.1 that answers each request with the bytes that a function gives for it.
/// Connections are kept, and each has a thread. Without bytes the connection is left open and silent.
class ScriptedWeb {
 public:
  using Answerer = std::function<std::string(const std::string& request)>;

  explicit ScriptedWeb(Answerer answerer) : answerer_(std::move(answerer)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(at);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), size), 0);
    EXPECT_EQ(::listen(socket_, 64), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at), &size), 0);
    port = ntohs(at.sin_port);
    thread_ = std::thread([this] { Accept(); });
  }
  ~ScriptedWeb() {
    is_ending_ = true;
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int connection : connections_) ::shutdown(connection, SHUT_RDWR);
    }
    for (std::thread& one : threads_) one.join();
    for (const int connection : connections_) ::close(connection);
    ::close(socket_);
  }
  ScriptedWeb(const ScriptedWeb&) = delete;
  ScriptedWeb& operator=(const ScriptedWeb&) = delete;

  std::string Url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port) + target;
  }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::size_t connections() const {
    const std::lock_guard lock(mutex_);
    return connections_.size();
  }

  std::uint16_t port = 0;

 private:
  void Accept() {
    for (;;) {
      const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0 || is_ending_) {
        if (connection >= 0) ::close(connection);
        return;
      }
      const std::lock_guard lock(mutex_);
      connections_.push_back(connection);
      threads_.emplace_back([this, connection] { Serve(connection); });
    }
  }

  void Serve(int connection) {
    std::string received;
    for (;;) {
      const std::size_t size = WholeSize(received);
      if (size == 0) {
        char bytes[16'384];
        const ssize_t read = ::recv(connection, bytes, sizeof(bytes), 0);
        if (read <= 0) return;
        received.append(bytes, static_cast<std::size_t>(read));
        continue;
      }
      const std::string request = received.substr(0, size);
      received.erase(0, size);
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const std::string answer = answerer_(request);
      (void)!::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (answer.find("Connection: close") != std::string::npos) ::shutdown(connection, SHUT_RDWR);
    }
  }

  /// How long the first request is, its body included; 0 while it is not there whole.
  static std::size_t WholeSize(const std::string& received) {
    const std::size_t end = received.find("\r\n\r\n");
    if (end == std::string::npos) return 0;
    const std::string mark = "Content-Length: ";
    const std::size_t at = received.find(mark);
    const std::size_t body = at < end ? std::stoul(received.substr(at + mark.size())) : 0;
    const std::size_t size = end + 4 + body;
    return received.size() >= size ? size : 0;
  }

  Answerer answerer_;
  int socket_ = -1;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<int> connections_;
  std::vector<std::thread> threads_;
};

/// An answer of HTTP/1.1 as a server writes it.
inline std::string WebAnswer(int status, const std::string& body, const std::string& headers = {}) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace earprint::tests
