#include "server/http_message.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>

#include "base/text.hpp"

namespace earprint::server {
namespace {

Request Parsed(std::string_view target) {
  Request request;
  auto parsed = ParseTarget(target, request);
  EXPECT_TRUE(parsed.has_value()) << target;
  return request;
}

TEST(HttpMessage, DecodesPathAndQuery) {
  const Request request = Parsed(
      "/api/v1/metrics/top%5Ftracks?artist=Sigur%20R%C3%B3s&feature=energy%3E%3D0.8&feature=tempo<120");
  EXPECT_EQ(request.path, "/api/v1/metrics/top_tracks");
  ASSERT_EQ(request.query.size(), 3U);
  EXPECT_EQ(request.Query("artist"), "Sigur Rós");
  EXPECT_EQ(request.query[1].second, "energy>=0.8");
  EXPECT_EQ(request.query[2].second, "tempo<120");
  EXPECT_EQ(request.Query("absent"), "");
}

TEST(HttpMessage, TakesAPlusInTheQueryForABlankAsBrowsersSendIt) {
  EXPECT_EQ(Parsed("/x?artist=The+Beatles").Query("artist"), "The Beatles");
  EXPECT_EQ(Parsed("/x?artist=Florence+%2B+the+Machine").Query("artist"), "Florence + the Machine");
  EXPECT_EQ(Parsed("/a+b").path, "/a+b");
}

TEST(HttpMessage, TakesWhatPeopleTypeUnencoded) {
  EXPECT_EQ(Parsed("/x?feature=energy>=0.8|x").Query("feature"), "energy>=0.8|x");
  EXPECT_EQ(Parsed("/x?q=[a]{b}^\"").Query("q"), "[a]{b}^\"");
  EXPECT_EQ(Parsed("/x?q=Rós").Query("q"), "Rós");
}

TEST(HttpMessage, RefusesBrokenTargets) {
  for (const std::string_view target : {"", "x", "*", "http://localhost/x", "/%", "/%4", "/%zz", "/x?a=%",
                                        "/%00", "/x?a=%00", "/x?%00=a", "/%ff", "/x?a=%c3"}) {
    Request request;
    auto parsed = ParseTarget(target, request);
    ASSERT_FALSE(parsed.has_value()) << target;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::kInvalidInput);
  }
}

RC_GTEST_PROP(HttpMessage, GivesCleanTextOrAnErrorForAnyTarget, (const std::string& bytes)) {
  Request request;
  if (!ParseTarget("/" + bytes, request)) return;
  RC_ASSERT(base::ToValidUtf8(request.path) == request.path);
  RC_ASSERT(request.path.find('\0') == std::string::npos);
  for (const auto& [name, value] : request.query) {
    RC_ASSERT(base::ToValidUtf8(name) == name);
    RC_ASSERT(base::ToValidUtf8(value) == value);
  }
}

TEST(HttpMessage, WritesProblemDocuments) {
  const Response response = Problem(
      {base::ErrorCode::kNotFound, "answer", "top\"tracks", "there is no\nsuch metric", "earprint metrics"});
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto document = boost::json::parse(response.body).as_object();
  EXPECT_EQ(document.at("type"), "urn:earprint:problem:not_found");
  EXPECT_EQ(document.at("title"), "answer failed");
  EXPECT_EQ(document.at("status"), 404);
  EXPECT_EQ(document.at("detail"), "top\"tracks: there is no\nsuch metric");
  EXPECT_EQ(document.at("hint"), "earprint metrics");
}

TEST(HttpMessage, GivesEachErrorCodeItsStatus) {
  using base::ErrorCode;
  const std::pair<ErrorCode, int> expected[] = {
      {ErrorCode::kInvalidInput, 400}, {ErrorCode::kNotFound, 404}, {ErrorCode::kUnauthorized, 403},
      {ErrorCode::kRetryLater, 503},   {ErrorCode::kConflict, 409}, {ErrorCode::kCorrupt, 500},
      {ErrorCode::kUnsupported, 422}};
  for (const auto& [code, status] : expected) EXPECT_EQ(Problem({code, "o", "s", "c", ""}).status, status);
}

TEST(HttpMessage, ProblemDocumentsStayJsonWhateverTheBytes) {
  const Response response =
      Problem({base::ErrorCode::kCorrupt, "o", "\xff\x01", std::string("\0\xc3", 2), "\x80"});
  EXPECT_NO_THROW((void)boost::json::parse(response.body));
}

TEST(HttpMessage, FindsATagInIfNoneMatch) {
  Request request;
  const auto has = [&request](const std::string& header) {
    request.headers["if-none-match"] = header;
    return HasTag(request, "\"v1\"");
  };
  EXPECT_FALSE(HasTag(request, "\"v1\""));
  EXPECT_TRUE(has("\"v1\""));
  EXPECT_TRUE(has("\"v0\", W/\"v1\""));
  EXPECT_TRUE(has("*"));
  EXPECT_FALSE(has("\"v10\""));
  EXPECT_FALSE(has("v1"));
  EXPECT_FALSE(has(""));
}

}  // namespace
}  // namespace earprint::server
