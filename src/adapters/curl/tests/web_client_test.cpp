#include <gtest/gtest.h>

#include <future>
#include <latch>

#include "adapters/curl/curl_http_client.hpp"
#include "tests/support/scripted_web.hpp"

namespace earprint::adapters {
namespace {

using base::ErrorCode;
using ports::HttpRequest;
using tests::ScriptedWeb;
using tests::WebAnswer;

const std::string kCanary = "SECRETcanary";

std::string LineOf(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "";
  const std::size_t begin = at + name.size() + 4;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

TEST(WebClient, SendsMethodHeadersAndBodyAndGivesStatusHeadersAndBody) {
  ScriptedWeb web([](const std::string&) {
    return WebAnswer(429, R"({"error":1})", "Retry-After: 7\r\nX-Twice: a\r\nX-Twice:  b \r\n");
  });
  const auto client = MakeWebClient("earprint/1");
  const auto answer = client->Send({.method = "POST",
                                    .url = web.Url("/api/token?x=1"),
                                    .headers = {{"Authorization", "Bearer t"}, {"X-Empty", ""}},
                                    .body = "grant_type=refresh_token"});
  ASSERT_TRUE(answer) << answer.error().Text();
  EXPECT_EQ(answer->status, 429);
  EXPECT_EQ(answer->body, R"({"error":1})");
  EXPECT_EQ(answer->headers.at("retry-after"), "7");
  EXPECT_EQ(answer->headers.at("x-twice"), "b");
  const std::string request = web.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /api/token?x=1 HTTP/1.1\r\n")) << request;
  EXPECT_TRUE(request.ends_with("\r\n\r\ngrant_type=refresh_token")) << request;
  EXPECT_EQ(LineOf(request, "Authorization"), "Bearer t");
  EXPECT_EQ(LineOf(request, "User-Agent"), "earprint/1");
  EXPECT_NE(request.find("X-Empty:"), std::string::npos);
  EXPECT_EQ(request.find("Expect"), std::string::npos);
}

TEST(WebClient, KeepsMethodsOtherThanPost) {
  ScriptedWeb web([](const std::string&) { return WebAnswer(200, "{}"); });
  const auto client = MakeWebClient("earprint");
  for (const std::string method : {"GET", "PUT", "DELETE"}) {
    ASSERT_TRUE(client->Send({.method = method, .url = web.Url("/")}));
    EXPECT_TRUE(web.requests().back().starts_with(method + " / HTTP/1.1")) << web.requests().back();
  }
}

TEST(WebClient, UsesAConnectionAgain) {
  ScriptedWeb web([](const std::string&) { return WebAnswer(200, "{}"); });
  const auto client = MakeWebClient("earprint");
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client->Send({.url = web.Url("/")}));
  EXPECT_EQ(web.requests().size(), 5U);
  EXPECT_EQ(web.connections(), 1U);
}

TEST(WebClient, ServesManyThreadsAtOnce) {
  ScriptedWeb web([](const std::string& request) { return WebAnswer(200, request.substr(4, 4)); });
  const auto client = MakeWebClient("earprint");
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const std::string target = "/" + std::to_string(100 + i);
        const auto answer = client->Send({.url = web.Url(target)});
        right += answer && answer->body == target;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 160);
}

TEST(WebClient, GivesARedirectAsItIsUnlessAskedToFollow) {
  ScriptedWeb web([](const std::string& request) {
    return request.starts_with("GET /a") ? WebAnswer(302, "moved", "Location: /b\r\n")
                                         : WebAnswer(200, "here");
  });
  const auto client = MakeWebClient("earprint");
  auto answer = client->Send({.url = web.Url("/a")});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
  EXPECT_EQ(answer->headers.at("location"), "/b");
  answer = client->Send({.url = web.Url("/a"), .redirects_max = 1});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "here");
  EXPECT_FALSE(answer->headers.contains("location"));
}

TEST(WebClient, DropsTheAuthorizationWhenARedirectLeavesTheHost) {
  ScriptedWeb other([](const std::string&) { return WebAnswer(200, "file"); });
  ScriptedWeb web([&other](const std::string& request) {
    return request.starts_with("GET /away")   ? WebAnswer(302, "", "Location: " + other.Url("/file") + "\r\n")
           : request.starts_with("GET /same") ? WebAnswer(302, "", "Location: /stay\r\n")
                                              : WebAnswer(200, "stayed");
  });
  const auto client = MakeWebClient("earprint");
  HttpRequest request{
      .url = web.Url("/away"), .headers = {{"Authorization", "Bearer " + kCanary}}, .redirects_max = 3};
  auto answer = client->Send(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "file");
  EXPECT_EQ(other.requests().at(0).find(kCanary), std::string::npos) << other.requests().at(0);
  request.url = web.Url("/same");
  ASSERT_TRUE(client->Send(request));
  EXPECT_EQ(LineOf(web.requests().back(), "Authorization"), "Bearer " + kCanary) << "it may stay on its host";
}

TEST(WebClient, FollowsNoMoreRedirectsThanAllowedAndToWebAddressesOnly) {
  std::string location = "/again";
  ScriptedWeb web(
      [&location](const std::string&) { return WebAnswer(302, "", "Location: " + location + "\r\n"); });
  const auto client = MakeWebClient("earprint");
  auto answer = client->Send({.url = web.Url("/"), .redirects_max = 4});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(web.requests().size(), 5U);
  location = "file:///etc/hostname";
  answer = client->Send({.url = web.Url("/"), .redirects_max = 4});
  ASSERT_FALSE(answer);
  EXPECT_EQ(web.requests().size(), 6U);
}

TEST(WebClient, EndsAtTheDeadline) {
  ScriptedWeb web([](const std::string&) { return ""; });
  const auto answer = MakeWebClient("earprint")->Send({.url = web.Url("/slow"), .deadline_ms = 50});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kRetryLater);
}

TEST(WebClient, IsCancelledByAnotherThread) {
  std::latch asked(1);
  ScriptedWeb web([&asked](const std::string&) {
    asked.count_down();
    return "";
  });
  const auto client = MakeWebClient("earprint");
  std::stop_source stop;
  auto answer = std::async(std::launch::async, [&] {
    return client->Send({.url = web.Url("/silent"), .deadline_ms = 0, .cancel = stop.get_token()});
  });
  asked.wait();
  stop.request_stop();
  const auto ended = answer.get();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kRetryLater);
  EXPECT_EQ(ended.error().cause, "cancelled");
  EXPECT_FALSE(client->Send({.url = web.Url("/"), .cancel = stop.get_token()})) << "asked after it";
}

TEST(WebClient, RefusesAnAnswerThatIsTooLarge) {
  ScriptedWeb web([](const std::string&) { return WebAnswer(200, std::string(1'001, 'x')); });
  const auto client = MakeWebClient("earprint");
  const auto answer = client->Send({.url = web.Url("/"), .answer_bytes_max = 1'000});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kCorrupt);
  EXPECT_TRUE(client->Send({.url = web.Url("/"), .answer_bytes_max = 1'001}));
}

TEST(WebClient, SaysThatAnAnswerBrokeOff) {
  for (const std::string broken :
       {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhe",
        "HTTP/1.1 2\r\nConnection: close\r\n", "Connection: close"}) {
    ScriptedWeb web([&broken](const std::string&) { return broken; });
    const auto answer = MakeWebClient("earprint")->Send({.url = web.Url("/"), .deadline_ms = 5'000});
    ASSERT_FALSE(answer) << broken;
    EXPECT_EQ(answer.error().code, ErrorCode::kRetryLater) << broken;
  }
}

TEST(WebClient, SaysThatNobodyAnswers) {
  std::uint16_t port = 0;
  {
    port = ScriptedWeb([](const std::string&) { return ""; }).port;
  }
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + "/v1/me";
  const auto answer = MakeWebClient("earprint")->Send({.url = url + "?code=" + kCanary});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kRetryLater);
  EXPECT_EQ(answer.error().subject, url);
  EXPECT_FALSE(answer.error().hint.empty());
}

TEST(WebClient, RefusesWhatCannotBeSent) {
  const auto client = MakeWebClient("earprint");
  ScriptedWeb web([](const std::string&) { return WebAnswer(200, ""); });
  for (const HttpRequest& request :
       {HttpRequest{.url = "no url"}, HttpRequest{.url = "file:///etc/hostname"},
        HttpRequest{.url = "ftp://x/y"}, HttpRequest{.url = ""}, HttpRequest{.url = web.Url("/a\r\nX: y")},
        HttpRequest{.method = "GET / HTTP/1.1\r\n", .url = web.Url("/")},
        HttpRequest{.url = web.Url("/"), .headers = {{"A", kCanary + "\r\nB: c"}}},
        HttpRequest{.url = web.Url("/"), .headers = {{"A: b", "c"}}}}) {
    const auto answer = client->Send(request);
    ASSERT_FALSE(answer) << request.url;
    EXPECT_EQ(answer.error().code, ErrorCode::kInvalidInput) << answer.error().Text();
    EXPECT_EQ(answer.error().Text().find(kCanary), std::string::npos);
  }
  EXPECT_TRUE(web.requests().empty());
}

TEST(WebClient, TakesNoPlainSpeechForASecureOne) {
  ScriptedWeb web([](const std::string&) { return WebAnswer(200, "plain"); });
  const auto answer =
      MakeWebClient("earprint")
          ->Send({.url = "https://127.0.0.1:" + std::to_string(web.port) + "/", .deadline_ms = 200});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kRetryLater);
}

TEST(WebClient, ShowsOfAUrlNeitherUserNorQueryNorFragment) {
  EXPECT_EQ(UrlForPeople("https://u:p@a.b:8/c/d?code=x#y"), "https://a.b:8/c/d");
  EXPECT_EQ(UrlForPeople("https://a.b#access_token=x"), "https://a.b");
  EXPECT_EQ(UrlForPeople("https://a.b?c=u@v/w"), "https://a.b");
  EXPECT_EQ(UrlForPeople("https://a@b@c/d@e"), "https://c/d@e");
  EXPECT_EQ(UrlForPeople("x\x1b?y"), "x?");
  EXPECT_EQ(UrlForPeople(""), "");
}

}  // namespace
}  // namespace earprint::adapters
