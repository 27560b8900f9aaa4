#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

namespace earprint::tests {

/// Takes connections on a Unix socket one after the other and answers each with the next of its bytes.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> answers) {
    std::string folder = testing::TempDir() + "earprint-curl-XXXXXX";
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path = folder + "/s";
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.copy(at.sun_path, sizeof(at.sun_path) - 1);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&at), sizeof(at)), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    thread_ = std::thread([this, answers = std::move(answers)] { Run(answers); });
  }
  ~ScriptedServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
    std::filesystem::remove_all(folder_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string path;
  std::vector<std::string> requests;

 private:
  void Run(const std::vector<std::string>& answers) {
    for (const std::string& answer : answers) {
      const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      std::string request(65'536, '\0');
      const ssize_t read = ::recv(connection, request.data(), request.size(), 0);
      request.resize(read > 0 ? static_cast<std::size_t>(read) : 0);
      requests.push_back(request);
      (void)!::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(connection);
    }
  }

  std::string folder_;
  int socket_ = -1;
  std::thread thread_;
};

}  // namespace earprint::tests
