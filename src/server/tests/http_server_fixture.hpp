#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "server/http_server.hpp"
#include "server/tests/fake_backend.hpp"
#include "tests/support/raw_client.hpp"

namespace earprint::server {

using tests::RawClient;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

inline const std::string kHost = "Host: localhost\r\n";

inline std::string Get(const std::string& target, const std::string& headers = "") {
  return "GET " + target + " HTTP/1.1\r\n" + kHost + headers + "\r\n";
}

inline std::string Body(const std::string& received) {
  const std::size_t end = received.find("\r\n\r\n");
  return end == std::string::npos ? "" : received.substr(end + 4);
}

/// This process's most memory ever resident, in bytes.
inline std::uint64_t PeakResidentBytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) << 10;
  }
  return 0;
}

/// A server on a free port with a made-up house behind it, and short times.
class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "earprint-server-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
    options.port = 0;
    options.upload_folder = folder + "/uploads";
    options.socket_path = folder + "/local.sock";
    options.limits.header_time = 400ms;
    options.limits.idle_time = 2s;
    options.limits.transfer_time = 2s;
    options.limits.heartbeat = 100ms;
    options.limits.grace_time = 2s;
  }

  void TearDown() override {
    server.reset();
    fs::remove_all(folder);
  }

  void Start() {
    server = std::make_unique<HttpServer>(options, api);
    auto started = server->Start();
    ASSERT_TRUE(started.has_value()) << started.error().Text();
    port = *started;
  }

  /// Sends bytes and gives all that comes until the server ends the connection.
  std::string Exchange(const std::string& bytes) {
    RawClient client(port);
    EXPECT_TRUE(client.is_connected());
    client.Send(bytes);
    return client.ReadAll();
  }

  std::string Once(const std::string& target, const std::string& headers = "") {
    return Exchange(Get(target, headers + "Connection: close\r\n"));
  }

  void ExpectAlive() { EXPECT_TRUE(Once("/healthz").starts_with("HTTP/1.1 200 OK\r\n")); }

  std::size_t UploadsLeft() {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(options.upload_folder), fs::directory_iterator()));
  }

  std::string folder;
  HttpServerOptions options;
  FakeBackend house;
  Api api{house.backend, FakePage()};
  std::unique_ptr<HttpServer> server;
  std::uint16_t port = 0;
};

}  // namespace earprint::server
