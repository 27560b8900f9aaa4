// The fake over a socket, as a client meets it: log in on its page, take tokens, read the list of recent
// plays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/spotify/tests/asked_fake.hpp"
#include "tests/support/raw_client.hpp"

namespace earprint::fakes {
namespace {

using ::testing::HasSubstr;

struct ServedFake : AskedFake {
  std::string Exchange(const std::string& bytes) const {
    tests::RawClient client(server->port());
    client.Send(bytes);
    return client.ReadAll();
  }
  std::string Get(const std::string& target, const std::string& headers = {}) const {
    return Exchange("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server->port()) +
                    "\r\nConnection: close\r\n" + headers + "\r\n");
  }
  std::string Post(const std::string& target, const std::string& body) const {
    return Exchange("POST " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  std::unique_ptr<WebServer> server =
      *WebServer::Start([this](const WebRequest& request) { return fake.Answer(request); });
};

std::string Between(const std::string& text, const std::string& before, char end) {
  const std::size_t at = text.find(before) + before.size();
  return text.substr(at, text.find(end, at) - at);
}

TEST(SpotifyOverHttp, AListenerLogsInAndRecentPlaysAreRead) {
  ServedFake served;
  served.Hear(0, 10 * kMinuteMs);
  const std::string asked =
      "/authorize?client_id=" + served.fake.app().client_id +
      "&response_type=code&redirect_uri=http%3A%2F%2F127.0.0.1%3A8300%2Fcallback&state=st%26te"
      "&scope=user-read-recently-played&code_challenge_method=S256"
      "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  EXPECT_THAT(served.Get(asked), HasSubstr("user-read-recently-played"));
  const std::string sent = served.Post(asked, "listener=anna&decision=agree");
  EXPECT_THAT(sent, HasSubstr("HTTP/1.1 303"));
  EXPECT_THAT(sent, HasSubstr("location: http://127.0.0.1:8300/callback?code="));
  EXPECT_THAT(sent, HasSubstr("&state=st%26te\r\n"));
  const std::string tokens = served.Post(
      "/api/token",
      "grant_type=authorization_code&code=" + Between(sent, "?code=", '&') +
          "&redirect_uri=http%3A%2F%2F127.0.0.1%3A8300%2Fcallback&client_id=" + served.fake.app().client_id +
          "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_THAT(tokens, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(tokens, HasSubstr("\"scope\":\"user-read-recently-played\""));
  const std::string plays =
      served.Get("/v1/me/player/recently-played",
                 "Authorization: Bearer " + Between(tokens, "\"access_token\":\"", '"') + "\r\n");
  EXPECT_THAT(plays, HasSubstr("HTTP/1.1 200"));
  EXPECT_THAT(plays, HasSubstr("Content-Type: application/json; charset=utf-8"));
  // Ten minutes before noon it began, and it lasted 200 s.
  EXPECT_THAT(plays, HasSubstr("\"played_at\":\"2026-01-01T11:53:20.000Z\""));
}

}  // namespace
}  // namespace earprint::fakes
