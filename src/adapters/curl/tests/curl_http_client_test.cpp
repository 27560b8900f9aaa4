#include "adapters/curl/curl_http_client.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <thread>
#include <vector>

namespace earprint::adapters {
namespace {

/// Takes connections on a Unix socket one after the other and answers each with the next of its bytes.
class ScriptedServer {
 public:
  explicit ScriptedServer(std::vector<std::string> answers) {
    std::string folder = testing::TempDir() + "earprint-curl-XXXXXX";
    EXPECT_NE(::mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    path = folder + "/s";
    socket_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
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
      const int connection = ::accept(socket_, nullptr, nullptr);
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

const std::string kOk = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";

TEST(CurlHttpClient, GetsAnAnswer) {
  ScriptedServer server(
      {kOk, "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngone"});
  const auto client = MakeUnixSocketClient(server.path);
  auto answer = client->Send("/api/v1/metrics/overview?artist=a%20b", nullptr, {});
  ASSERT_TRUE(answer.has_value()) << answer.error().Text();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
  answer = client->Send("/x", nullptr, {});
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 404);
  EXPECT_EQ(answer->body, "gone");
  EXPECT_TRUE(server.requests.at(0).starts_with(
      "GET /api/v1/metrics/overview?artist=a%20b HTTP/1.1\r\nHost: localhost\r\n"));
}

TEST(CurlHttpClient, PostsJsonAndHandsOverTheBytesAsTheyCome) {
  ScriptedServer server({kOk});
  const auto client = MakeUnixSocketClient(server.path);
  const std::string body = R"({"paths":["a"]})";
  std::string received;
  auto answer = client->Send("/import", &body, [&received](std::string_view bytes) { received += bytes; });
  ASSERT_TRUE(answer.has_value()) << answer.error().Text();
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(received, "hello");
  const std::string& request = server.requests.at(0);
  EXPECT_TRUE(request.starts_with("POST /import HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n" + body)) << request;
}

TEST(CurlHttpClient, SaysThatNobodyAnswers) {
  const auto client = MakeUnixSocketClient("no/such/socket");
  auto answer = client->Send("/healthz", nullptr, {});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, base::ErrorCode::kRetryLater);
  EXPECT_EQ(answer.error().subject, "no/such/socket");
}

TEST(CurlHttpClient, SaysThatAnAnswerBrokeOff) {
  for (const std::string broken :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", "nonsense\r\n\r\n", "HTTP/1.1 200"}) {
    ScriptedServer server({broken});
    auto answer = MakeUnixSocketClient(server.path)->Send("/", nullptr, {});
    ASSERT_FALSE(answer.has_value()) << broken;
    EXPECT_EQ(answer.error().code, base::ErrorCode::kRetryLater) << broken;
  }
}

TEST(CurlHttpClient, WhatTheReceiverThrowsEndsTheTransferOnly) {
  ScriptedServer server({kOk, kOk});
  const auto client = MakeUnixSocketClient(server.path);
  auto answer = client->Send("/", nullptr, [](std::string_view) { throw std::runtime_error("full"); });
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, base::ErrorCode::kRetryLater);
  EXPECT_TRUE(client->Send("/", nullptr, {}).has_value());
}

TEST(CurlHttpClient, EncodesWhatIsPartOfAQuery) {
  const auto client = MakeUnixSocketClient("none");
  EXPECT_EQ(client->Encoded("a b&c=d+é/?#%"), "a%20b%26c%3Dd%2B%C3%A9%2F%3F%23%25");
  EXPECT_EQ(client->Encoded(""), "");
}

}  // namespace
}  // namespace earprint::adapters
