#include "sources/spotify/api_refusal.hpp"

#include <gtest/gtest.h>

#include <set>

namespace earprint::sources::spotify {
namespace {

using base::ErrorCode;

std::string Body(int status, const std::string& message, const std::string& more = "") {
  return R"({"error":{"status":)" + std::to_string(status) + R"(,"message":")" + message + "\"" + more + "}}";
}

void Expect(int status, const std::string& body, Trouble trouble, ErrorCode code) {
  const Refusal refusal = ClassifyRefusal(status, body, "/me");
  EXPECT_EQ(refusal.trouble, trouble) << status << " " << body;
  EXPECT_EQ(refusal.error.code, code) << status << " " << body;
  EXPECT_EQ(refusal.error.subject, "/me");
}

TEST(ClassifyRefusal, TellsTheKindsOf401Apart) {
  for (const std::string text : {"Missing/invalid/expired access token", "The access token expired",
                                 "Invalid access token", "No token provided"}) {
    Expect(401, Body(401, text), Trouble::kTokenRefused, ErrorCode::kUnauthorized);
  }
  Expect(401, Body(401, "Permissions missing"), Trouble::kScopeMissing, ErrorCode::kUnauthorized);
  Expect(401, "", Trouble::kTokenRefused, ErrorCode::kUnauthorized);
}

TEST(ClassifyRefusal, TellsTheKindsOf403ApartAsJsonAndAsBareText) {
  for (const bool is_json : {true, false}) {
    const auto body = [is_json](const std::string& text) { return is_json ? Body(403, text) : text; };
    Expect(403, body("Insufficient client scope"), Trouble::kScopeMissing, ErrorCode::kUnauthorized);
    Expect(403, body("Active premium subscription required for the owner of the app. It may take hours."),
           Trouble::kPremiumNeeded, ErrorCode::kUnsupported);
    Expect(403, body("User not registered in the Developer Dashboard"), Trouble::kNotRegistered,
           ErrorCode::kUnsupported);
    Expect(403, body("Forbidden"), Trouble::kForbidden, ErrorCode::kUnsupported);
  }
  Expect(403, Body(403, "Player command failed: Premium required", R"(,"reason":"PREMIUM_REQUIRED")"),
         Trouble::kForbidden, ErrorCode::kUnsupported);
  Expect(403, "", Trouble::kForbidden, ErrorCode::kUnsupported);
}

TEST(ClassifyRefusal, EachKindHasARemedyOfItsOwn) {
  std::set<std::string> hints;
  for (const Trouble trouble : {Trouble::kLoginNeeded, Trouble::kScopeMissing, Trouble::kTokenRefused,
                                Trouble::kPremiumNeeded, Trouble::kNotRegistered, Trouble::kForbidden}) {
    EXPECT_TRUE(hints.insert(RefusalFor(trouble, "/me").error.hint).second)
        << RefusalFor(trouble, "/me").error.Text();
  }
}

TEST(ClassifyRefusal, TellsBothFormsOf429Apart) {
  Expect(429, Body(429, "API rate limit exceeded"), Trouble::kRateLimited, ErrorCode::kRetryLater);
  Expect(429, "Too many requests", Trouble::kRateLimited, ErrorCode::kRetryLater);
  Expect(429, Body(429, "Too many requests", R"(,"reason":"QUOTA_EXCEEDED")"), Trouble::kQuotaSpent,
         ErrorCode::kRetryLater);
}

TEST(ClassifyRefusal, KnowsTheOtherStatuses) {
  Expect(400, Body(400, "Invalid limit"), Trouble::kWrongRequest, ErrorCode::kInvalidInput);
  Expect(404, "", Trouble::kNotFound, ErrorCode::kNotFound);
  for (const int status : {500, 502, 503, 504}) {
    Expect(status, Body(status, "Backend respond with 500"), Trouble::kServiceDown, ErrorCode::kRetryLater);
  }
  Expect(302, "", Trouble::kUnreadable, ErrorCode::kRetryLater);
  Expect(0, "", Trouble::kUnreadable, ErrorCode::kRetryLater);
}

TEST(ClassifyRefusal, RepeatsNothingOfABodyWhateverItHolds) {
  for (const int status : {302, 400, 401, 403, 404, 418, 429, 500}) {
    for (const std::string& body :
         {Body(status, "SECRETcanary"), std::string("SECRETcanary"),
          std::string(R"({"error":"SECRETcanary"})"), std::string(R"({"error":["SECRETcanary"]})"),
          std::string(R"({"SECRETcanary":1})"), std::string(R"({"error":{"message":{"SECRETcanary":1}}})"),
          std::string(200'000, '[')}) {
      EXPECT_EQ(ClassifyRefusal(status, body, "/me").error.Text().find("SECRET"), std::string::npos);
    }
  }
}

TEST(RetryAfterMs, ReadsSecondsAndDatesAndNothingElse) {
  const auto read = [](const std::string& value) { return RetryAfterMs({{"retry-after", value}}, {0}); };
  EXPECT_EQ(read("7"), 7'000);
  EXPECT_EQ(read(" 0 "), 0);
  EXPECT_EQ(read("48925"), 48'925'000);
  EXPECT_EQ(read("99999999"), 604'800'000) << "no longer than a week";
  EXPECT_EQ(read("99999999999999999999999"), 604'800'000);
  for (const std::string bad : {"", "-1", "1.5", "soon", "Wed, 21 Oct 2026 07:28 GMT", "5s"})
    EXPECT_EQ(read(bad), std::nullopt) << bad;
  EXPECT_EQ(read("Thu, 01 Jan 1970 00:01:00 GMT"), 60'000);
  EXPECT_EQ(RetryAfterMs({}, {0}), std::nullopt);
}

}  // namespace
}  // namespace earprint::sources::spotify
