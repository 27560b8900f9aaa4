#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/support/temp_folder.hpp"

namespace earprint::testing {

/// The address of a real server that tools/servers.py started for the tests. A test that needs one and has
/// none fails.
inline std::string ServerAddress(const std::string& server) {
  std::string variable = "EARPRINT_TEST_";
  for (const char letter : server) variable += static_cast<char>(std::toupper(letter));
  const char* address = std::getenv(variable.c_str());
  if (address != nullptr && *address != '\0') return address;
  ADD_FAILURE() << "no server to test with: " << variable << " is not set. Run: eval \"$(./dev up)\"";
  return {};
}

/// A server of a test's own, which may break it: killed, started again, too small. Gone with it.
class OwnServer {
 public:
  /// `settings` are put before the script as a shell has it: "PG_SETTINGS='-c max_connections=5'".
  /// It lies in `folder` where one is given.
  explicit OwnServer(std::string server, std::string settings = {}, std::string folder = {})
      : place_(folder.empty() ? folder_.path() : std::move(folder)),
        script_(std::string(EARPRINT_SERVER_SCRIPTS) + "/" + server + ".sh"),
        settings_(std::move(settings)) {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    Start();
  }
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  ~OwnServer() { Kill(); }

  /// Starts it, or starts it again on the same port with all that it holds.
  void Start() { address_ = LastLineOf(settings_ + " " + script_ + " start " + place_); }
  void Stop() { (void)LastLineOf(script_ + " stop " + place_); }
  /// As a crash ends it.
  void Kill() { (void)LastLineOf(script_ + " kill " + place_); }
  const std::string& address() const { return address_; }

 private:
  static std::string LastLineOf(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) {
      ADD_FAILURE() << "cannot run " << command;
      return {};
    }
    std::string line, last;
    std::array<char, 4096> piece{};
    while (std::fgets(piece.data(), piece.size(), pipe) != nullptr) {
      last = piece.data();
      while (!last.empty() && last.back() == '\n') last.pop_back();
    }
    const int status = ::pclose(pipe);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << command;
    return last;
  }

  TempFolder folder_;
  std::string place_, script_, settings_, address_;
};

}  // namespace earprint::testing
