#include "adapters/curl/curl_http_client.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/scripted_server.hpp"

namespace earprint::adapters {
namespace {

using tests::ScriptedServer;

/// A request as commands send it to the running server.
ports::HttpRequest ToServer(const std::string& target) { return {.url = "http://localhost" + target}; }

const std::string kOk = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";

TEST(CurlHttpClient, GetsAnAnswer) {
  ScriptedServer server(
      {kOk, "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngone"});
  const auto client = MakeUnixSocketClient(server.path);
  auto answer = client->Send(ToServer("/api/v1/metrics/overview?artist=a%20b"));
  ASSERT_TRUE(answer.has_value()) << answer.error().Text();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
  answer = client->Send(ToServer("/x"));
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
  ports::HttpRequest upload = ToServer("/import");
  upload.method = "POST";
  upload.headers = {{"Content-Type", "application/json"}};
  upload.body = body;
  upload.on_bytes = [&received](std::string_view bytes) { received += bytes; };
  auto answer = client->Send(upload);
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
  auto answer = client->Send(ToServer("/healthz"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, base::ErrorCode::kRetryLater);
  EXPECT_EQ(answer.error().subject, "no/such/socket");
}

TEST(CurlHttpClient, SaysThatAnAnswerBrokeOff) {
  for (const std::string broken :
       {"", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", "nonsense\r\n\r\n", "HTTP/1.1 200"}) {
    ScriptedServer server({broken});
    auto answer = MakeUnixSocketClient(server.path)->Send(ToServer("/"));
    ASSERT_FALSE(answer.has_value()) << broken;
    EXPECT_EQ(answer.error().code, base::ErrorCode::kRetryLater) << broken;
  }
}

TEST(CurlHttpClient, WhatTheReceiverThrowsEndsTheTransferOnly) {
  ScriptedServer server({kOk, kOk});
  const auto client = MakeUnixSocketClient(server.path);
  ports::HttpRequest request = ToServer("/");
  request.on_bytes = [](std::string_view) { throw std::runtime_error("full"); };
  auto answer = client->Send(request);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, base::ErrorCode::kRetryLater);
  EXPECT_TRUE(client->Send(ToServer("/")).has_value());
}

TEST(CurlHttpClient, EncodesWhatIsPartOfAQuery) {
  const auto client = MakeUnixSocketClient("none");
  EXPECT_EQ(client->Encoded("a b&c=d+é/?#%"), "a%20b%26c%3Dd%2B%C3%A9%2F%3F%23%25");
  EXPECT_EQ(client->Encoded(""), "");
}

}  // namespace
}  // namespace earprint::adapters
