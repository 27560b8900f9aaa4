#include "server/spotify_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace earprint::server {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SpotifyRoutes : public ::testing::Test {
 protected:
  SpotifyRoutes() {
    backend.state_json = [] { return std::string(R"({"listeners":[]})"); };
    backend.set_client_id = [this](const std::string& id) -> base::Result<void> {
      asked.push_back("app " + id);
      return {};
    };
    backend.begin_login = [this](const std::string& listener) -> base::Result<std::string> {
      asked.push_back("login " + listener);
      if (listener.empty()) return base::Fail(base::ErrorCode::kInvalidInput, "log in", "listener", "empty");
      return "https://accounts.example/authorize?state=s";
    };
    backend.finish_login = [this](std::string_view query) -> base::Result<std::string> {
      asked.push_back("finish " + std::string(query));
      if (query.find("state=s") == std::string_view::npos)
        return base::Fail(base::ErrorCode::kUnauthorized, "log in", "state", "it is not ours");
      return "me";
    };
    backend.log_out = [this](const std::string& listener) -> base::Result<ports::LeaveReport> {
      asked.push_back("logout " + listener);
      return ports::LeaveReport{.erased = {.counts = {{"play", "recent", 3}}, .events = 3, .kept_events = 9}};
    };
  }

  std::optional<Response> Ask(const std::string& method, const std::string& target, std::string body = "") {
    Request request;
    request.method = method;
    request.body = std::move(body);
    EXPECT_TRUE(ParseTarget(target, request));
    return AnswerSpotify(request, backend);
  }

  SpotifyBackend backend;
  std::vector<std::string> asked;
};

TEST_F(SpotifyRoutes, TheCallbackLeadsAwayFromTheCodeWhateverCame) {
  for (const std::string query :
       {"code=a%2Fb&state=s", "code=stolen&state=x", "error=access_denied&state=s", ""}) {
    const auto answer = Ask("GET", "/callback?" + query);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 303);
    EXPECT_THAT(answer->headers, ::testing::Contains(::testing::Pair("Location", "/connect")));
    EXPECT_THAT(answer->body, IsEmpty());
    EXPECT_EQ(asked.back(), "finish " + query) << "as it was sent, so that nothing is decoded twice";
  }
}

TEST_F(SpotifyRoutes, AHeadTakesNoCode) {
  EXPECT_EQ(Ask("HEAD", "/callback?code=a&state=s")->status, 405);
  EXPECT_EQ(Ask("POST", "/callback?code=a&state=s")->status, 405);
  EXPECT_THAT(asked, IsEmpty());
}

TEST_F(SpotifyRoutes, WhereTheServerEndsThereIsNoPageToLeadTo) {
  backend.is_for_one_login = true;
  EXPECT_THAT(Ask("GET", "/callback?code=a&state=s")->body, HasSubstr("me is logged in"));
  EXPECT_EQ(Ask("GET", "/callback?code=a&state=x")->status, 403);
}

TEST_F(SpotifyRoutes, PostsAreHandedOn) {
  EXPECT_EQ(Ask("POST", "/api/v1/spotify/app", R"({"client_id":"abc"})")->status, 200);
  EXPECT_THAT(Ask("POST", "/api/v1/spotify/login", R"({"listener":"Ann"})")->body,
              HasSubstr("https://accounts.example/authorize?state=s"));
  EXPECT_EQ(Ask("POST", "/api/v1/spotify/login", R"({"listener":""})")->status, 400);
  EXPECT_THAT(Ask("POST", "/api/v1/spotify/logout", R"({"listener":"Ann"})")->body,
              AllOf(HasSubstr(R"("erased":{"events":3,"kept_events":9)"),
                    HasSubstr(R"("spotify":{"listeners":[]})")));
  EXPECT_THAT(asked, ElementsAre("app abc", "login Ann", "login ", "logout Ann"));
}

TEST_F(SpotifyRoutes, RefusesWhatIsNoObjectWithAText) {
  for (const std::string body : {"", "{", "[]", "{}", R"({"listener":1})", "\"Ann\""}) {
    EXPECT_EQ(Ask("POST", "/api/v1/spotify/login", body)->status, 400) << body;
  }
  EXPECT_THAT(asked, IsEmpty());
}

TEST_F(SpotifyRoutes, OtherMethodsAndPathsAreNotItsOwn) {
  EXPECT_EQ(Ask("GET", "/api/v1/spotify")->body, R"({"listeners":[]})");
  EXPECT_EQ(Ask("GET", "/api/v1/spotify/login")->status, 405);
  EXPECT_EQ(Ask("DELETE", "/api/v1/spotify")->status, 405);
  EXPECT_FALSE(Ask("POST", "/api/v1/spotify/other", "{}"));
  EXPECT_FALSE(Ask("GET", "/api/v1/spotifyx"));
  EXPECT_FALSE(Ask("GET", "/"));
  backend.state_json = nullptr;
  EXPECT_FALSE(Ask("GET", "/callback?code=a&state=s")) << "where Spotify is not spoken with";
}

std::optional<Response> AskCovers(const CoverBackend& backend, const std::string& target,
                                  const std::string& method = "GET") {
  Request request;
  request.method = method;
  EXPECT_TRUE(ParseTarget(target, request));
  return AnswerCovers(request, backend);
}

const CoverBackend kBackend{
    .addresses =
        [](const std::string& listener) {
          std::map<std::string, std::string> covers;
          if (listener == "Zoë & Co") covers["a b"] = "https://i.scdn.co/image/1";
          return base::Result<std::map<std::string, std::string>>(covers);
        },
    .fetch = [](const std::string& listener,
                const std::string& playlist) -> base::Result<std::pair<std::string, std::string>> {
      if (listener == "Zoë & Co" && playlist == "a b")
        return std::pair<std::string, std::string>("image/png", "p");
      return base::Fail(base::ErrorCode::kNotFound, "fetch a cover", playlist, "none");
    }};

TEST(CoverRoutes, AListLeadsToThePicturesOnThisServer) {
  const auto list = AskCovers(kBackend, "/api/v1/playlists?listener=Zo%C3%AB%20%26%20Co");
  ASSERT_TRUE(list);
  EXPECT_EQ(list->body,
            R"({"covers":{"a b":"/api/v1/playlists/cover?listener=Zo%C3%AB%20%26%20Co&playlist=a%20b"}})");
  const auto picture =
      AskCovers(kBackend, "/api/v1/playlists/cover?listener=Zo%C3%AB%20%26%20Co&playlist=a%20b");
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->content_type, "image/png");
  EXPECT_EQ(picture->body, "p");
  EXPECT_EQ(AskCovers(kBackend, "/api/v1/playlists/cover?listener=Ann&playlist=a")->status, 404);
}

TEST(CoverRoutes, WithoutSpotifyThereAreNone) {
  EXPECT_EQ(AskCovers({}, "/api/v1/playlists")->body, R"({"covers":{}})");
  EXPECT_EQ(AskCovers({}, "/api/v1/playlists/cover?listener=a&playlist=b")->status, 404);
}

TEST(CoverRoutes, OtherMethodsAndPathsAreNotItsOwn) {
  EXPECT_FALSE(AskCovers(kBackend, "/api/v1/playlists", "POST"));
  EXPECT_FALSE(AskCovers(kBackend, "/api/v1/playlists/other"));
}

}  // namespace
}  // namespace earprint::server
