#include "server/request_guard.hpp"

#include <gtest/gtest.h>

namespace earprint::server {
namespace {

Request With(const std::string& method, const std::string& host, const std::string& origin = "") {
  Request request;
  request.method = method;
  if (!host.empty()) request.headers["host"] = host;
  if (!origin.empty()) request.headers["origin"] = origin;
  return request;
}

TEST(RequestGuard, AnswersUnderLoopbackNames) {
  for (const std::string host :
       {"localhost", "LOCALHOST:8300", "127.0.0.1:1", "127.8.9.10", "[::1]:8300", "[::1]"}) {
    EXPECT_FALSE(RefuseForeign(With("GET", host), {}).has_value()) << host;
  }
}

TEST(RequestGuard, RefusesHostsThatAreNotOurs) {
  for (const std::string host :
       {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:8300",
        "192.168.1.5", "[::2]", "::1", "127.1", "0.0.0.0", "[", "]", ":", "localhost@evil.example"}) {
    const auto refused = RefuseForeign(With("GET", host), {});
    ASSERT_TRUE(refused.has_value()) << host;
    EXPECT_EQ(refused->status, 403);
  }
}

TEST(RequestGuard, AnswersUnderTheNamesItWasGiven) {
  const HostRules rules{.names = {"music.home"}};
  EXPECT_FALSE(RefuseForeign(With("GET", "Music.Home:8300"), rules).has_value());
  EXPECT_TRUE(RefuseForeign(With("GET", "music.home.evil.example"), rules).has_value());
}

TEST(RequestGuard, TakesDigitsWhenItServesAllInterfaces) {
  const HostRules rules{.any_address = true};
  EXPECT_FALSE(RefuseForeign(With("GET", "192.168.1.5:8300"), rules).has_value());
  EXPECT_FALSE(RefuseForeign(With("GET", "[fd00::5]:8300"), rules).has_value());
  EXPECT_TRUE(RefuseForeign(With("GET", "evil.example"), rules).has_value());
}

TEST(RequestGuard, RefusesPostsOfForeignPages) {
  EXPECT_FALSE(RefuseForeign(With("POST", "localhost:8300"), {}).has_value());
  EXPECT_FALSE(RefuseForeign(With("POST", "localhost:8300", "http://localhost:8300"), {}).has_value());
  EXPECT_FALSE(RefuseForeign(With("POST", "localhost:8300", "https://LOCALHOST:8300"), {}).has_value());
  for (const std::string origin :
       {"http://evil.example", "null", "http://localhost:9000", "http://localhost:8300.evil.example",
        "ftp://localhost:8300", "localhost:8300", "x"}) {
    EXPECT_TRUE(RefuseForeign(With("POST", "localhost:8300", origin), {}).has_value()) << origin;
  }
}

TEST(RequestGuard, RefusesPostsThatTheBrowserCallsForeign) {
  Request request = With("POST", "localhost:8300");
  request.headers["sec-fetch-site"] = "cross-site";
  EXPECT_TRUE(RefuseForeign(request, {}).has_value());
  request.headers["sec-fetch-site"] = "same-origin";
  EXPECT_FALSE(RefuseForeign(request, {}).has_value());
}

TEST(RequestGuard, TrustsTheLocalSocket) {
  Request request = With("POST", "anything", "http://evil.example");
  request.is_local = true;
  EXPECT_FALSE(RefuseForeign(request, {}).has_value());
}

}  // namespace
}  // namespace earprint::server
