#include "server/listener_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace earprint::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

class EraseRoutes : public ::testing::Test {
 protected:
  std::optional<Response> Ask(const std::string& method, const std::string& path, std::string body) {
    Request request;
    request.method = method;
    request.path = path;
    request.body = std::move(body);
    return AnswerForget(request, forget);
  }

  std::vector<std::string> asked;
  Forget forget = [this](const std::string& listener) -> base::Result<ports::LeaveReport> {
    asked.push_back(listener);
    if (listener == "nobody")
      return base::Fail(base::ErrorCode::kNotFound, "forget a listener", listener, "nothing is here");
    return ports::LeaveReport{.erased = {.counts = {{"play", "extended", 5}, {"playlist", "account", 1}},
                                         .events = 6,
                                         .kept_events = 2,
                                         .seconds = 0.5},
                              .was_logged_in = true,
                              .stores = {"parquet:there"},
                              .pending_stores = {{"postgresql://away", "nobody answers"}}};
  };
};

TEST_F(EraseRoutes, TellsWhatWasErased) {
  const auto answer = Ask("POST", "/api/v1/forget", R"({"listener":"Ann"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(
      answer->body,
      R"({"events":6,"kept_events":2,"seconds":5E-1,"counts":[{"type":"play","source":"extended","events":5},)"
      R"({"type":"playlist","source":"account","events":1}],"was_logged_in":true,"stores":["parquet:there"],)"
      R"("pending_stores":[{"store":"postgresql://away","reason":"nobody answers"}]})");
  EXPECT_THAT(answer->headers, Contains(Pair("Cache-Control", "no-store")));
  EXPECT_THAT(asked, ElementsAre("Ann"));
}

TEST_F(EraseRoutes, NobodyIsErasedByAnythingElse) {
  EXPECT_EQ(Ask("GET", "/api/v1/forget", R"({"listener":"Ann"})")->status, 405);
  for (const std::string body : {"", "Ann", "{}", R"({"listener":""})", R"({"listener":["Ann"]})"}) {
    EXPECT_EQ(Ask("POST", "/api/v1/forget", body)->status, 400) << body;
  }
  EXPECT_FALSE(Ask("POST", "/api/v1/forget/Ann", R"({"listener":"Ann"})"));
  EXPECT_THAT(asked, IsEmpty());
}

TEST_F(EraseRoutes, WhoIsNotHereIsNotFound) {
  const auto answer = Ask("POST", "/api/v1/forget", R"({"listener":"nobody"})");
  EXPECT_EQ(answer->status, 404);
  EXPECT_THAT(answer->body, HasSubstr("nothing is here"));
}

TEST_F(EraseRoutes, AServerThatForgetsNothingHasNoSuchPage) {
  forget = nullptr;
  EXPECT_FALSE(Ask("POST", "/api/v1/forget", R"({"listener":"Ann"})"));
}

class ReccoBeatsRoutes : public ::testing::Test {
 protected:
  Response Ask(const std::string& method, std::string body = {}) {
    Request request;
    request.method = method;
    request.path = "/api/v1/reccobeats";
    request.body = std::move(body);
    return *AnswerReccoBeats(request, backend);
  }

  std::string agreed_at;
  ReccoBeatsBackend backend{.what_is_sent = "ids",
                            .agreed_at = [this] { return base::Result<std::string>(agreed_at); },
                            .agree = [this](bool agrees) -> base::Result<void> {
                              agreed_at = agrees ? "2026-11-28T10:00:00Z" : "";
                              return {};
                            }};
};

TEST_F(ReccoBeatsRoutes, TheAgreementIsGivenAndWithdrawnByWord) {
  constexpr std::string_view kNot = R"({"offered":true,"what_is_sent":"ids","agreed_at":null})";
  EXPECT_EQ(Ask("GET").body, kNot);
  EXPECT_EQ(Ask("POST", R"({"agree":"yes"})").body,
            R"({"offered":true,"what_is_sent":"ids","agreed_at":"2026-11-28T10:00:00Z"})");
  EXPECT_EQ(Ask("POST", R"({"agree":"no"})").body, kNot);
}

TEST_F(ReccoBeatsRoutes, NothingElseIsAnAgreement) {
  for (const char* body : {"", "{}", R"({"agree":true})", R"({"agree":"maybe"})", "[]"}) {
    EXPECT_EQ(Ask("POST", body).status, 400) << body;
  }
  EXPECT_EQ(agreed_at, "");
}

TEST_F(ReccoBeatsRoutes, WhereItIsNotOfferedNobodyCanAgree) {
  backend = {};
  EXPECT_EQ(Ask("GET").body, R"({"offered":false,"what_is_sent":"","agreed_at":null})");
  EXPECT_EQ(Ask("POST", R"({"agree":"yes"})").status, 400);
}

class EditRoutes : public ::testing::Test {
 protected:
  std::optional<Response> Ask(const std::string& method, const std::string& path, std::string body) {
    Request request;
    request.method = method;
    request.path = path;
    request.body = std::move(body);
    return AnswerEdit(request, take);
  }

  std::vector<std::string> listeners;
  std::vector<std::pair<std::string, std::string>> stated;
  TakeEdit take =
      [this](const std::string& listener,
             std::span<const std::pair<std::string, std::string>> pairs) -> base::Result<std::string> {
    listeners.push_back(listener);
    stated.assign(pairs.begin(), pairs.end());
    if (listener == "nobody")
      return base::Fail(base::ErrorCode::kNotFound, "undo an edit", "abc", "no edit in force has that id");
    return "0123";
  };
};

TEST_F(EditRoutes, HandsOnWhatIsStatedAndGivesTheId) {
  const auto answer =
      Ask("POST", "/api/v1/edits", R"({"listener":"Ann","kind":"merge","track":["a","b"],"note":"same"})");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"edit_id":"0123"})");
  EXPECT_THAT(answer->headers, Contains(Pair("Cache-Control", "no-store")));
  EXPECT_THAT(listeners, ElementsAre("Ann"));
  EXPECT_THAT(stated, ElementsAre(Pair("kind", "merge"), Pair("track", "a"), Pair("track", "b"),
                                  Pair("note", "same")));
}

TEST_F(EditRoutes, NothingIsEditedByAnythingElse) {
  EXPECT_EQ(Ask("GET", "/api/v1/edits", "{}")->status, 405);
  for (const std::string body : {"", "[]", R"({"kind":5})", R"({"kind":["merge",1]})", R"({"kind":{}})"}) {
    EXPECT_EQ(Ask("POST", "/api/v1/edits", body)->status, 400) << body;
  }
  EXPECT_FALSE(Ask("POST", "/api/v1/edits/1", "{}"));
  EXPECT_THAT(listeners, IsEmpty());
}

TEST_F(EditRoutes, ARefusalIsTold) {
  const auto answer = Ask("POST", "/api/v1/edits", R"({"listener":"nobody","kind":"undo","edit":"abc"})");
  EXPECT_EQ(answer->status, 404);
  EXPECT_THAT(answer->body, HasSubstr("no edit in force"));
}

TEST_F(EditRoutes, AServerThatTakesNoneHasNoSuchPage) {
  take = nullptr;
  EXPECT_FALSE(Ask("POST", "/api/v1/edits", "{}"));
}

}  // namespace
}  // namespace earprint::server
