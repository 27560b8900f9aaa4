#include "fakes/web_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/raw_client.hpp"

namespace earprint::fakes {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using tests::RawClient;

std::unique_ptr<WebServer> Serve(WebServer::Handler handler) {
  auto server = WebServer::Start(std::move(handler));
  EXPECT_TRUE(server) << server.error().Text();
  return std::move(*server);
}

TEST(ParseForm, DecodesInOrder) {
  EXPECT_THAT(ParseForm("a=1&b=x%20y+z&a=&c"),
              ElementsAre(Pair("a", "1"), Pair("b", "x y z"), Pair("a", ""), Pair("c", "")));
  EXPECT_THAT(ParseForm(""), IsEmpty());
  EXPECT_THAT(ParseForm("%zz"), IsEmpty()) << "no form at all";
}

TEST(WebServer, HandsOverWhatWasAskedAndKeepsTheConnection) {
  std::vector<WebRequest> seen;
  const auto server = Serve([&seen](const WebRequest& request) {
    seen.push_back(request);
    return WebAnswer{.status = 201, .headers = {{"X-Tag", "7"}}, .body = "made"};
  });
  RawClient client(server->port());
  client.Send("POST /v1/a%20b?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_THAT(client.ReadUntil("made"), HasSubstr("HTTP/1.1 201"));
  client.Send("GET /again HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("madeHTTP"), HasSubstr("X-Tag: 7"));
  client.ReadUntil("never", std::chrono::milliseconds(50));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].method, "POST");
  EXPECT_EQ(seen[0].path, "/v1/a b");
  EXPECT_THAT(seen[0].query, ElementsAre(Pair("x", "1")));
  EXPECT_EQ(seen[0].body, "abc");
  EXPECT_EQ(Find(seen[0].headers, "host"), "h");
  EXPECT_EQ(seen[1].path, "/again");
}

TEST(WebServer, CutsAnAnswerWhereItIsTold) {
  const auto server =
      Serve([](const WebRequest&) { return WebAnswer{.body = "0123456789", .cut_after_bytes = 4}; });
  RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string& got = client.ReadUntil("never");
  EXPECT_THAT(got, HasSubstr("Content-Length: 10"));
  EXPECT_THAT(got, EndsWith("0123"));
}

TEST(WebServer, ResetsWithoutAWord) {
  const auto server = Serve([](const WebRequest&) { return WebAnswer{.reset = true}; });
  RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.ReadUntil("never"), "");
}

TEST(WebServer, AnAnswerWithoutContentHasNoBody) {
  const auto server = Serve([](const WebRequest&) { return WebAnswer{.status = 204}; });
  RawClient client(server->port());
  client.Send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("never"), Not(HasSubstr("Content-Length")));
}

TEST(WebServer, EndsThoughAnAnswerIsDelayedAndAConnectionIsOpen) {
  std::atomic<int> asked = 0;
  auto server = Serve([&asked](const WebRequest&) {
    ++asked;
    return WebAnswer{.delay = std::chrono::hours(1)};
  });
  RawClient waiting(server->port()), idle(server->port());
  waiting.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  while (asked == 0) std::this_thread::yield();
  server.reset();
  EXPECT_EQ(waiting.ReadUntil("never"), "");
  EXPECT_EQ(idle.ReadUntil("never"), "");
}

TEST(WebServer, TakesNoPortThatIsTaken) {
  const auto server = Serve([](const WebRequest&) { return WebAnswer{}; });
  const auto second = WebServer::Start([](const WebRequest&) { return WebAnswer{}; }, server->port());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::kConflict);
}

TEST(WebServer, WhatIsNoHttpEndsItsConnectionAlone) {
  const auto server = Serve([](const WebRequest&) { return WebAnswer{.body = "fine"}; });
  RawClient hostile(server->port());
  hostile.Send("\x16\x03\x01 nonsense\r\n\r\n");
  EXPECT_THAT(hostile.ReadUntil("never"), Not(HasSubstr("fine")));
  RawClient good(server->port());
  good.Send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(good.ReadUntil("fine"), HasSubstr("200"));
}

}  // namespace
}  // namespace earprint::fakes
